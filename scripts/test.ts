import { buildPackages } from './build-packages.ts'
import { checks, types } from './checks.ts'
import { inOrder, runSteps, suiteStep, together, wholeStep } from './steps.ts'

// Without arguments: every check and test. Other arguments go to vitest: file names, `--update`.
const [part, ...rest] = process.argv.slice(2)
const build = wholeStep('build', buildPackages)
const peers = (args: readonly string[] = []) => suiteStep('peer tests', 'vitest.peers.config.ts', args)

if (part === undefined) {
  await runSteps([
    ...checks,
    // The tests need no build, and the packages' tests mostly wait for npm.
    together(
      suiteStep('tests', 'vitest.config.ts'),
      inOrder(build, suiteStep('packaging', 'vitest.packaging.config.ts')),
    ),
  ])
} else if (part === '--quick') {
  await runSteps([together(types, suiteStep('quick tests', 'vitest.quick.config.ts', rest))])
} else if (part === '--long') {
  // A path or a word names a long test; the peers would not know it.
  const long = suiteStep('long tests', 'vitest.long.config.ts', rest)
  await runSteps(rest.length === 0 ? [peers(), long] : [long])
} else if (part === '--peers') {
  await runSteps([peers(rest)])
} else if (part === '--packaging') {
  await runSteps([build, suiteStep('packaging', 'vitest.packaging.config.ts', rest)])
} else {
  await runSteps([suiteStep('tests', 'vitest.config.ts', [part, ...rest])])
}
