import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { runTool } from './run-command.ts'

/** How many checks passed and failed. */
export interface Counts {
  readonly passed: number
  readonly failed: number
}

/** One part of a run. */
export interface Step {
  readonly name: string
  run(): Promise<Counts>
}

/** A step that passes or fails as a whole. */
export function wholeStep(name: string, run: () => Promise<boolean>): Step {
  return { name, run: async () => ((await run()) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }) }
}

/** A step that runs one program and passes when it exits with 0. */
export function toolStep(name: string, tool: string, args: readonly string[] = []): Step {
  return wholeStep(name, async () => (await runTool(tool, args)) === 0)
}

/** A step that runs vitest and counts every test. */
export function suiteStep(name: string, config: string, args: readonly string[] = []): Step {
  return {
    name,
    async run() {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-results-'))
      const results = join(folder, 'results.json')
      try {
        const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${results}`]
        const code = await runTool('vitest', ['run', `--config=${config}`, ...reporters, ...args])
        return readCounts(results, code)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

/** Several steps run at once as one; each alone leaves a core idle. */
export function together(...steps: readonly Step[]): Step {
  return {
    name: steps.map(({ name }) => name).join(' and '),
    async run() {
      const counts = await Promise.all(steps.map((step) => step.run()))
      return {
        passed: counts.reduce((sum, { passed }) => sum + passed, 0),
        failed: counts.reduce((sum, { failed }) => sum + failed, 0),
      }
    },
  }
}

/** Several steps as one, each after the one before; those after one that fails do not run. */
export function inOrder(...steps: readonly Step[]): Step {
  return {
    name: steps.map(({ name }) => name).join(', '),
    run: () => countInOrder(steps),
  }
}

/** Runs the steps in order until one fails, sets the exit code and prints the closing line. */
export async function runSteps(steps: readonly Step[]): Promise<void> {
  const { passed, failed } = await countInOrder(steps, (name) => console.log(`\n=== ${name}`))
  if (failed > 0) process.exitCode = 1
  console.log(`\n${passed} passed, ${failed} failed`)
}

async function countInOrder(steps: readonly Step[], begin: (name: string) => void = () => {}): Promise<Counts> {
  let passed = 0
  for (const { name, run } of steps) {
    begin(name)
    const counts = await run()
    passed += counts.passed
    if (counts.failed === 0) continue
    console.log(`\nFAILED ${name}: what follows it did not run`)
    return { passed, failed: counts.failed }
  }
  return { passed, failed: 0 }
}

interface SuiteReport {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly FileResult[]
}

interface FileResult {
  readonly name: string
  readonly status: string
  /** Why the file itself failed. */
  readonly message: string
  readonly assertionResults: readonly {
    readonly fullName: string
    readonly status: string
    readonly failureMessages?: readonly string[] | null
  }[]
}

function readCounts(results: string, code: number): Counts {
  let passed = 0
  let failed = 0
  try {
    const report = JSON.parse(readFileSync(results, 'utf8')) as SuiteReport
    passed = report.numPassedTests
    failed = report.numFailedTests
    report.testResults.flatMap(listFailures).forEach((line) => console.log(line))
  } catch (cause) {
    console.error('vitest left no readable results:', cause)
    return { passed, failed: 1 }
  }
  // A file that does not load, or an error between tests, fails the run without failing a test.
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) }
}

/** Lines that `.ci/run` repeats at its end, where a shortened log still shows what failed. */
function listFailures({ name, status, message, assertionResults }: FileResult): string[] {
  const file = relative(process.cwd(), name)
  const tests = assertionResults.filter((result) => result.status === 'failed')
  const lines = tests.map(({ fullName, failureMessages }) => `${file}: ${fullName}: ${failureMessages?.[0]}`)
  // Before its first test, or in a hook.
  if (status === 'failed' && lines.length === 0) lines.push(`${file}: ${message}`)
  return lines.map((line) => `FAILED ${toLine(line)}`)
}

function toLine(text: string): string {
  const [untilStack = ''] = stripVTControlCharacters(text).split(/\n\s+at /)
  return untilStack.replaceAll(/\s+/g, ' ').slice(0, 500)
}
