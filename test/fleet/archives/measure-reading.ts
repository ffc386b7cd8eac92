import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Measurement {
  /** How reading ended. */
  readonly code: string
  /** Time of the processor: other programs on the machine do not count. */
  readonly milliseconds: number
  /** How much the most memory ever in use grew, in MiB. */
  readonly memory: number
}

/**
 * Reads hostile or heavy archives, one after another, in a process whose heap is limited to so many MiB. There are fewer
 * answers than names where it crashed or took too long.
 */
export async function measureReading(names: readonly string[], heap: number): Promise<Measurement[]> {
  const flags = [
    '--conditions=@sallyport/source',
    `--max-old-space-size=${heap}`,
    '--disable-warning=ExperimentalWarning',
  ]
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'measure.ts'), ...names], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 25_000,
  })
  const lines = (await text(child.stdout)).trim().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Measurement)
}
