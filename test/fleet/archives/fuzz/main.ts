// node --conditions=@sallyport/source test/fleet/archives/fuzz/main.ts <seed> <from> <to>
// Reads mutants of valid archives and prints a report as JSON. One number makes one mutant: a failure is tried again with
// <seed> <number> <number + 1>.
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { Worker } from 'node:worker_threads'
import { expectedBundle } from '../expected-bundle.ts'
import { findPython, startPython } from '../python.ts'
import { isKnownRefusal, mergeCounts, progress, type Failure, type FuzzReport, type WorkerReport } from './report.ts'
import type { Accepted, WorkerTask } from './worker.ts'

const longestMutant = 2000
const [seed = 1, from = 0, to = 1000] = process.argv.slice(2).map(Number)

const name = findPython()
const python = name === undefined ? undefined : startPython(name)
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
const failures = [...(await compareWithPython()), ...total.failures]
const report: FuzzReport = {
  ...total,
  failures,
  hangs,
  mutants: to - from,
  comparedWithPython: sent.length,
  peakMemory,
}
console.log(JSON.stringify(report))

/** Runs a worker from one number on, to the end or until a mutant takes too long. */
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
  if (!python) return
  sent.push({ index, files })
  archives.push(Buffer.from(bytes).toString('base64'))
  void python.send(bytes)
}

async function compareWithPython(): Promise<Failure[]> {
  if (!python) return []
  const readings = await python.finish()
  return readings.flatMap((reading, number) => {
    const { index, files } = sent[number]!
    if ('error' in reading) {
      const refusal = `Python: ${reading.error.replaceAll(/\d+/g, 'n')}`
      total = { ...total, refusals: mergeCounts(total.refusals, { [refusal]: 1 }) }
      return isKnownRefusal(refusal) ? [] : [{ index, problem: refusal, archive: archives[number]! }]
    }
    return isDeepStrictEqual(expectedBundle(reading.files), files)
      ? []
      : [{ index, problem: 'Python reads other files', archive: archives[number]! }]
  })
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
