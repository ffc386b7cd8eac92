import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { archives, buildArchive, type BenchArchive } from './bundle-archives.ts'
import { readers } from './bundle-readers.ts'
import { compare, type Effort } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'

const probe = fileURLToPath(new URL('./bundle-probe.ts', import.meta.url))

/**
 * The bundle bench: time to read every file from base64 into memory, the longest turn of the event loop meanwhile, and peak
 * memory; by ours, a floor without checks, and other libraries. Ours also computes a SHA-256 of every file and of the whole.
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
    rmSync(folder, { recursive: true })
  }
  return [...times, ...probes]
}

async function time(archive: BenchArchive, base64: string, quick: boolean): Promise<Row[]> {
  const subjects = Object.entries(readers).map(([name, read]) => ({ name, run: () => read(base64) }))
  const measurements = await compare(subjects, toEffort(archive, quick))
  return measurements.map(({ name, median, ratio }) => ({
    subject: name,
    case: archive.name,
    median,
    unit: 'ms',
    ratio,
  }))
}

function toEffort({ bytes }: BenchArchive, quick: boolean): Effort {
  if (quick) return { rounds: 1, batchMs: 1 }
  if (bytes > 10_000_000) return { rounds: 3, batchMs: 1 }
  return bytes > 1_000_000 ? { rounds: 9, batchMs: 20 } : { rounds: 25, batchMs: 20 }
}

interface Probed {
  readonly stallMs: number
  readonly peakBytes: number
}

async function probeAll(archive: BenchArchive, file: string, quick: boolean): Promise<Row[]> {
  const probed: (readonly [string, Probed])[] = []
  for (const name of Object.keys(readers)) probed.push([name, await probeOne(name, file, quick ? 1 : 3)])
  const floor = probed[0]![1]
  const toRows = (what: string, unit: string, pick: (one: Probed) => number): Row[] =>
    probed.map(([subject, one]) => ({
      subject,
      case: `${archive.name}: ${what}`,
      median: pick(one),
      unit,
      ratio: pick(one) / Math.max(pick(floor), Number.MIN_VALUE),
    }))
  return [
    ...toRows('longest stall', 'ms', ({ stallMs }) => stallMs),
    ...toRows('peak memory', 'MB', ({ peakBytes }) => Math.max(0.1, peakBytes / 1e6)),
  ]
}

async function probeOne(reader: string, file: string, rounds: number): Promise<Probed> {
  const child = fork(probe, [reader, file, String(rounds)], { execArgv: [...process.execArgv, '--expose-gc'] })
  const [answer] = (await once(child, 'message')) as [Probed]
  child.disconnect()
  return answer
}
