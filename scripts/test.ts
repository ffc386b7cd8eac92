import { buildPackages } from './build-packages.ts'
import { checks, types } from './checks.ts'
import { runSteps, suiteStep, together, wholeStep } from './steps.ts'

// Without arguments: every check and test. Other arguments go to vitest: file names, `--update`.
const [part, ...rest] = process.argv.slice(2)
const build = wholeStep('build', buildPackages)

if (part === undefined) {
  await runSteps([
    ...checks,
    suiteStep('tests', 'vitest.config.ts'),
    build,
    suiteStep('packaging', 'vitest.packaging.config.ts'),
  ])
} else if (part === '--quick') {
  await runSteps([together(types, suiteStep('quick tests', 'vitest.quick.config.ts', rest))])
} else if (part === '--long') {
  await runSteps([suiteStep('long tests', 'vitest.long.config.ts', rest)])
} else if (part === '--packaging') {
  await runSteps([build, suiteStep('packaging', 'vitest.packaging.config.ts', rest)])
} else {
  await runSteps([suiteStep('tests', 'vitest.config.ts', [part, ...rest])])
}
