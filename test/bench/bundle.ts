import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { archives, buildArchive, type BenchArchive } from './bundle-archives.ts'
import { readers } from './bundle-readers.ts'
import { compare, type Effort } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void
const probe = fileURLToPath(new URL('./bundle-probe.ts', import.meta.url))

/**
 * The bundle bench: time to read every file from base64 into memory, the longest turn of the event loop, and peak memory.
 * Compares `readBundle`, a floor without checks, and other libraries. Slow readers get fewer rounds; the report says how many.
 */
export async function benchBundle({ quick }: BenchOptions): Promise<Row[]> {
  const times: Row[] = []
  const probes: Row[] = []
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  try {
    for (const archive of quick ? archives.slice(0, 1) : archives) {
      const base64 = await buildArchive(archive)
      times.push(...(await time(archive, base64, quick)))
      if (!quick && archive.bytes < 1_000_000) continue
      const file = join(folder, `${archive.files}.txt`)
      writeFileSync(file, base64, 'latin1')
      probes.push(...(await probeAll(archive, file, quick)))
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  return [...times, ...probes]
}

async function time(archive: BenchArchive, base64: string, quick: boolean): Promise<Row[]> {
  const subjects = Object.entries(readers).map(([name, read]) => ({ name, run: () => read(base64) }))
  const measurements = await compare(subjects, toEffort(archive, quick))
  return measurements.map(({ name, median, ratio, rounds }) => ({
    subject: name,
    case: archive.name,
    median,
    unit: 'ms',
    ratio,
    rounds,
    ...(name === 'sallyport' ? { aim: `at most ${archive.bytes < 100_000 ? 1.6 : 1.2}` } : undefined),
  }))
}

function toEffort({ bytes }: BenchArchive, quick: boolean): Effort {
  if (quick) return { rounds: 1, batchMs: 1, budgetMs: 1 }
  if (bytes > 10_000_000) return { rounds: 9, batchMs: 1, budgetMs: 2_500, settle }
  return { rounds: 25, batchMs: 10, budgetMs: 800, settle }
}

/** Each reader leaves megabytes of garbage; the next reader must not pay for collecting it. */
async function settle(): Promise<void> {
  collectGarbage()
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

interface Probed {
  readonly stallMs: number
  readonly peakBytes: number
  readonly rounds: number
}

async function probeAll(archive: BenchArchive, file: string, quick: boolean): Promise<Row[]> {
  const probed: (readonly [string, Probed])[] = []
  for (const name of Object.keys(readers)) probed.push([name, await probeOne(name, file, quick ? 1 : 3)])
  const floor = probed[0]![1]
  const toRows = (what: string, unit: string, pick: (one: Probed) => number, aim?: string): Row[] =>
    probed.map(([subject, one]) => ({
      subject,
      case: `${archive.name}: ${what}`,
      median: pick(one),
      unit,
      ratio: pick(one) / Math.max(pick(floor), Number.MIN_VALUE),
      rounds: one.rounds,
      ...(subject === 'sallyport' && aim !== undefined ? { aim } : undefined),
    }))
  return [
    ...toRows('longest stall', 'ms', ({ stallMs }) => stallMs, 'under 25 ms'),
    ...toRows('peak memory', 'MB', ({ peakBytes }) => Math.max(0.1, peakBytes / 1e6)),
  ]
}

async function probeOne(reader: string, file: string, rounds: number): Promise<Probed> {
  const child = fork(probe, [reader, file, String(rounds)], { execArgv: [...process.execArgv, '--expose-gc'] })
  const [answer] = (await once(child, 'message')) as [Probed]
  child.disconnect()
  return answer
}
