import { createPreparation } from './deliveries.ts'
import type { Place } from './inbox-stores.ts'
import type { Row } from './report.ts'
import { startServer } from './server-process.ts'

/** How much to send. */
export interface LoadEffort {
  /** Events per second, from few to many. */
  readonly rates: readonly number[]
  readonly seconds: number
}

const connections = 50
// What Node takes in a container of 512 MB.
const heap = '--max-old-space-size=256'
const expected = '{"outcome":"accepted"}'

/**
 * What one process takes that receives and handles at a steady rate: processor, memory, time to the 202. Each rate has a process
 * of its own, because memory is the peak.
 *
 * @param kind of inbox-server.ts
 */
export async function benchLoad(store: string, kind: string, place: Place, effort: LoadEffort): Promise<Row[]> {
  const loads: Load[] = []
  for (const rate of effort.rates) loads.push(await measure(kind, place, rate, effort.seconds))
  const toRows = (what: string, unit: string, pick: (load: Load) => number): Row[] =>
    loads.map((load) => ({
      subject: load === loads[0] ? `floor: ${load.rate} events/s` : `${load.rate} events/s`,
      case: `${store} under load: ${what}`,
      median: pick(load),
      unit,
      ratio: pick(load) / pick(loads[0]!),
    }))
  return [
    ...toRows('processor', '% of a core', ({ cores }) => cores * 100),
    ...toRows('peak memory', 'MB', ({ peakBytes }) => peakBytes / 1e6),
    ...toRows('99 of 100 answers', 'ms', ({ p99 }) => p99),
  ]
}

interface Load {
  readonly rate: number
  readonly cores: number
  readonly peakBytes: number
  readonly p99: number
}

async function measure(kind: string, place: Place, rate: number, seconds: number): Promise<Load> {
  const server = await startServer('inbox-server.ts', [kind, JSON.stringify(place)], {
    connections,
    expected,
    flags: [heap],
  })
  try {
    const prepare = createPreparation(`${kind}-${rate}`)
    // V8 compiles what is called often, and the start takes more than the rest.
    await server.client.pace(prepare(Math.max(1, (rate * seconds) / 2)), rate)
    const requests = prepare(Math.max(1, rate * seconds))
    const before = await server.readUsage()
    const begin = performance.now()
    const { latencies } = await server.client.pace(requests, rate)
    const after = await server.readUsage()
    const sorted = latencies.toSorted((a, b) => a - b)
    return {
      rate,
      cores: (after.cpuMs - before.cpuMs) / (performance.now() - begin),
      peakBytes: after.peakBytes,
      p99: sorted[Math.floor((sorted.length - 1) * 0.99)]!,
    }
  } finally {
    await server.close()
  }
}
