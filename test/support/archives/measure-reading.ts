import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Measurement {
  /** How reading ended. */
  readonly code: string
  /** Processor time, so other programs on the machine do not count. */
  readonly milliseconds: number
  /** Growth of peak memory, in MiB. */
  readonly memory: number
}

/** Test timeout, in milliseconds. Only a busy machine needs it; the limit below is what counts. */
export const readingTimeoutMs = 150_000

/**
 * Reads hostile or heavy archives in sequence, in a process limited to `heap` MiB and 25 s of processor time. Returns fewer
 * results than names if it crashed or took too long.
 */
export async function measureReading(names: readonly string[], heap: number): Promise<Measurement[]> {
  const flags = [
    '--conditions=@sallyport/source',
    `--max-old-space-size=${heap}`,
    '--disable-warning=ExperimentalWarning',
  ]
  const command = [process.execPath, ...flags, join(import.meta.dirname, 'measure.ts'), ...names]
  const child = spawn('sh', ['-c', 'ulimit -t 25 && exec "$@"', 'sh', ...command], {
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: readingTimeoutMs - 10_000,
    killSignal: 'SIGKILL',
  })
  const lines = (await text(child.stdout)).trim().split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Measurement)
}
