import { readdirSync, readlinkSync } from 'node:fs'
import { finished } from 'node:stream/promises'
import { setImmediate as turn } from 'node:timers/promises'
import { queryObjects } from 'node:v8'
import type { Worker } from 'node:worker_threads'

/** How many there are of each kind. */
export type Counts = Readonly<Record<string, number>>

/** What a process holds. */
export interface Measurement {
  /** Bytes in use after collections: the heap, buffers outside of it, and the same of every thread. */
  readonly bytes: number
  readonly residentBytes: number
  /** Timers that are set, by the name of their function, with those that do not keep the process alive. */
  readonly timers: Counts
  /** Listeners on `process`, by event. */
  readonly listeners: Counts
  /** Open files, sockets and pipes, by kind or path; empty where the system has no `/proc`. */
  readonly files: Counts
  /** What keeps the process alive, by kind. */
  readonly resources: Counts
}

const threads = new Set<Worker>()
process.on('worker', (thread) => {
  threads.add(thread)
  thread.once('exit', () => threads.delete(thread))
})

/** Measures this process, which needs `--expose-gc`. Import it before what starts threads. */
export async function measure(): Promise<Measurement> {
  const ofThreads = await Promise.all([...threads].map(readThread))
  const bytes = (await readHeap()) + ofThreads.reduce((sum, one) => sum + one, 0)
  return {
    bytes,
    residentBytes: process.memoryUsage.rss(),
    timers: countTimers(),
    listeners: Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)])),
    files: countFiles(),
    resources: countEach(process.getActiveResourcesInfo()),
  }
}

async function readHeap(): Promise<number> {
  let least = Infinity
  for (let round = 0; round < 6; round++) {
    globalThis.gc!()
    // What a collection found dead, finalizers release in a turn of their own.
    await turn()
    const { heapUsed, external } = process.memoryUsage()
    least = Math.min(least, heapUsed + external)
  }
  return least
}

async function readThread(thread: Worker): Promise<number> {
  // A snapshot is the only way to collect the garbage of another thread.
  const snapshot = await thread.getHeapSnapshot()
  await finished(snapshot.resume())
  const { used_heap_size: heap, external_memory: external } = await thread.getHeapStatistics()
  return heap + external
}

const probe = setTimeout(() => {})
clearTimeout(probe)
const Timer = probe.constructor as new () => object

function countTimers(): Counts {
  const set = queryObjects(Timer, { format: 'summary' }).filter((text) => text.includes('_destroyed: false'))
  return countEach(set.map((text) => /_onTimeout: (.*?),?\n/.exec(text)?.[1] ?? text))
}

function countFiles(): Counts {
  const files: string[] = []
  for (const name of readNames('/proc/self/fd')) {
    try {
      files.push(readlinkSync(`/proc/self/fd/${name}`).replace(/:\[\d+\]$/, ''))
    } catch {
      // The one that listed them is closed.
    }
  }
  return countEach(files.filter((file) => !/^\/proc\/\d+\/fd$/.test(file)))
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function countEach(names: readonly string[]): Counts {
  const counts: Record<string, number> = {}
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1
  return counts
}

/** Of what there is more than before, and how much. */
export function findMore(before: Measurement, after: Measurement): ReadonlyMap<string, number> {
  const more = new Map<string, number>()
  for (const what of ['timers', 'listeners', 'files', 'resources'] as const) {
    for (const [kind, count] of Object.entries(after[what])) {
      const added = count - (before[what][kind] ?? 0)
      if (added > 0) more.set(`${what}: ${kind}`, added)
    }
  }
  return more
}
