import { isDeepStrictEqual } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import { attempt } from '../attempt.ts'
import { expectedBundle } from '../expected-bundle.ts'
import { libraries, sum, type FileSums } from '../libraries.ts'
import { createMutants } from './mutants.ts'
import { isKnownRefusal, progress, type Failure, type WorkerReport } from './report.ts'

/** An accepted archive and its content, for Python to read as well. */
export interface Accepted {
  readonly index: number
  readonly bytes: Uint8Array
  readonly files: FileSums
}

export interface WorkerTask {
  readonly seed: number
  readonly from: number
  readonly to: number
  readonly shared: SharedArrayBuffer
}

const { seed, from, to, shared } = workerData as WorkerTask
const state = new Float64Array(shared)
const oracles = { jszip: libraries['jszip, CRC checked'], yauzl: libraries.yauzl }

const codes: Record<string, number> = {}
const refusals: Record<string, number> = {}
const failures: Failure[] = []
let slowest: WorkerReport['slowest'] = { index: from, milliseconds: 0 }
let largestTotal = 0

const mutants = await createMutants(seed)
for (let index = from; index < to; index++) await test(index, mutants(index))
const report: WorkerReport = { codes, refusals, failures, slowest, largestTotal }
parentPort!.postMessage({ report }, [])

async function test(index: number, bytes: Uint8Array): Promise<void> {
  const fail = (problem: string) => failures.push({ index, problem, archive: Buffer.from(bytes).toString('base64') })
  state[progress.index] = index
  state[progress.startedAt] = Date.now()
  const start = performance.now()
  // Every other one allows unmarked names, so that the checks after names are reached as well.
  const limits = index % 2 === 0 ? {} : { allowUnflaggedUtf8: true }
  const outcome = await attempt(bytes, limits).catch((error: unknown) => ({ code: 'FOREIGN_ERROR' as const, error }))
  const milliseconds = performance.now() - start
  if (milliseconds > slowest.milliseconds) slowest = { index, milliseconds }
  codes[outcome.code] = (codes[outcome.code] ?? 0) + 1
  if (outcome.code === 'FOREIGN_ERROR') fail(String(outcome.error))
  if (outcome.code !== 'ACCEPTED') return

  const { files } = outcome.bundle
  largestTotal = Math.max(
    largestTotal,
    files.reduce((total, file) => total + file.bytes.length, 0),
  )
  const ours = new Map(files.map((file) => [file.path, sum(file.bytes)]))
  for (const [name, read] of Object.entries(oracles)) {
    const theirs = await read(bytes).catch((error: unknown) => `${name}: ${String(error).replaceAll(/\d+/g, 'n')}`)
    if (typeof theirs === 'string') {
      refusals[theirs] = (refusals[theirs] ?? 0) + 1
      if (!isKnownRefusal(theirs)) fail(theirs)
    } else if (!isDeepStrictEqual(expectedBundle(theirs), ours)) fail(`${name} reads other files`)
  }
  parentPort!.postMessage({ accepted: { index, bytes, files: ours } satisfies Accepted }, [])
}
