// node --conditions=@sallyport/source test/support/archives/fuzz/main.ts <seed> <from> <to>
// Reads mutants of valid archives and prints a report as JSON. Each number makes one mutant: repeat a failure with
// <seed> <number> <number + 1>.
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Worker } from 'node:worker_threads'
import { expectedBundle } from '../expected-bundle.ts'
import type { FileSums } from '../libraries.ts'
import { batchPrograms } from '../batch-reader.ts'
import { isKnownRefusal, mergeCounts, progress, type Failure, type FuzzReport, type WorkerReport } from './report.ts'
import type { Accepted, WorkerTask } from './worker.ts'

const longestMutant = 2000
const [seed = 1, from = 0, to = 1000] = process.argv.slice(2).map(Number)

const readers = batchPrograms
  .filter(({ missing }) => missing === undefined)
  .map(({ name, start }) => ({ name, reader: start() }))
const sent: Omit<Accepted, 'bytes'>[] = []
const archives: string[] = []
const hangs: number[] = []
let total: WorkerReport = {
  codes: {},
  refusals: {},
  failures: [],
  slowest: { index: from, milliseconds: 0 },
  largestTotal: 0,
}

for (let next = from; next < to;) {
  const end = await runWorker(next)
  if (end.report) total = merge(total, end.report)
  if (end.hangsAt === undefined) break
  hangs.push(end.hangsAt)
  next = end.hangsAt + 1
}
const peakMemory = Math.round(process.resourceUsage().maxRSS / 1024)
const failures = [...(await compareWithOthers()), ...total.failures]
const report: FuzzReport = {
  ...total,
  failures,
  hangs,
  mutants: to - from,
  compared: sent.length * readers.length,
  peakMemory,
}
console.log(JSON.stringify(report))

/** Runs a thread from one mutant number to the end, or until a mutant takes too long. */
function runWorker(start: number): Promise<{ report?: WorkerReport; hangsAt?: number }> {
  const shared = new SharedArrayBuffer(8 * progress.length)
  const state = new Float64Array(shared)
  const workerData: WorkerTask = { seed, from: start, to, shared }
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: 128 },
  })
  return new Promise((resolve, reject) => {
    const watchdog = setInterval(() => {
      const startedAt = state[progress.startedAt]!
      if (startedAt === 0 || Date.now() - startedAt < longestMutant) return
      end()
      resolve({ hangsAt: state[progress.index]! })
      void worker.terminate()
    }, 100)
    const end = () => clearInterval(watchdog)
    worker.on('error', (error) => {
      end()
      reject(new Error(`mutant ${state[progress.index]}`, { cause: error }))
    })
    worker.on('message', (message: { report?: WorkerReport; accepted?: Accepted }) => {
      if (message.accepted) return keep(message.accepted)
      end()
      resolve({ report: message.report! })
    })
  })
}

function keep({ index, bytes, files }: Accepted): void {
  if (readers.length === 0) return
  sent.push({ index, files })
  archives.push(Buffer.from(bytes).toString('base64'))
  for (const { reader } of readers) void reader.send(bytes)
}

async function compareWithOthers(): Promise<Failure[]> {
  const found: Failure[] = []
  for (const { name, reader } of readers) {
    for (const [number, reading] of (await reader.finish()).entries()) {
      const { index, files } = sent[number]!
      const problem = 'error' in reading ? countRefusal(name, reading.error) : compare(name, reading.files, files)
      if (problem !== undefined) found.push({ index, problem, archive: archives[number]! })
    }
  }
  return found
}

function countRefusal(name: string, error: string): string | undefined {
  const refusal = `${name}: ${error.replaceAll(/\d+/g, 'n')}`
  total = { ...total, refusals: mergeCounts(total.refusals, { [refusal]: 1 }) }
  return isKnownRefusal(refusal) ? undefined : refusal
}

function compare(name: string, theirs: FileSums, ours: FileSums): string | undefined {
  return isDeepStrictEqual(expectedBundle(theirs), ours) ? undefined : `${name} reads other files`
}

function merge(one: WorkerReport, other: WorkerReport): WorkerReport {
  return {
    codes: mergeCounts(one.codes, other.codes),
    refusals: mergeCounts(one.refusals, other.refusals),
    failures: [...one.failures, ...other.failures],
    slowest: one.slowest.milliseconds > other.slowest.milliseconds ? one.slowest : other.slowest,
    largestTotal: Math.max(one.largestTotal, other.largestTotal),
  }
}
