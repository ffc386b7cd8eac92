import type { Prepare } from './deliveries.ts'
import type { HttpEffort, HttpServer } from './http.ts'
import type { Kind } from './http-apps.ts'
import { median } from './measure.ts'

/** One round of one server under full load. */
export interface Loaded {
  readonly perSecond: number
  /** Microseconds of the server's processor time per request. */
  readonly cpuUs: number
  /** Part of the round in which the server waited for the client. */
  readonly idle: number
  /** Processor time of the server per time of the round: 1 is a whole core. */
  readonly cores: number
}

/** One round of one server at half of the capacity, in milliseconds. */
export interface PacedRound {
  readonly p50: number
  readonly p99: number
  /** How late the client sent 99 of 100 requests. */
  readonly delay: number
}

/** Measurements of each server, round by round. */
export interface Rounds {
  readonly loaded: Readonly<Record<Kind, readonly Loaded[]>>
  readonly paced: Readonly<Record<Kind, readonly PacedRound[]>>
}

const steady = 0.03

/** Sends rounds until each server needs about the same processor time per request in two of them in a row. */
export async function warmUp(servers: readonly HttpServer[], prepare: Prepare, effort: HttpEffort): Promise<void> {
  let before: number[] = []
  for (let round = 0; round < effort.warmUps; round++) {
    const now: number[] = []
    const prepared = prepare(effort.requests)
    for (const server of servers) now.push((await loadOnce(server, prepared)).cpuUs)
    if (now.every((cpu, index) => Math.abs(cpu / before[index]! - 1) < steady)) return
    before = now
  }
}

/** Rounds of the same requests for every server, as many in a second as it answers. */
export async function measureRounds(
  servers: readonly HttpServer[],
  prepare: Prepare,
  { requests, rounds, budgetMs }: HttpEffort,
): Promise<Rounds['loaded']> {
  const measured = { floor: [] as Loaded[], sallyport: [] as Loaded[] }
  const end = performance.now() + budgetMs
  for (let round = 0; round < rounds && (round === 0 || performance.now() < end); round++) {
    // The same deliveries for both: they share nothing, so each delivery is new to both.
    const prepared = prepare(requests)
    for (const server of inTurn(servers, round)) measured[server.kind].push(await loadOnce(server, prepared))
  }
  return measured
}

/** Rounds of the same schedule for every server: half of what the slowest of them answers. */
export async function measureLatency(
  servers: readonly HttpServer[],
  prepare: Prepare,
  { latencyRounds, latencyMs }: HttpEffort,
  loaded: Rounds['loaded'],
): Promise<Rounds['paced']> {
  const capacities = Object.values(loaded).map((rounds) => median(rounds.map(({ perSecond }) => perSecond)))
  const perSecond = Math.min(...capacities) / 2
  const measured = { floor: [] as PacedRound[], sallyport: [] as PacedRound[] }
  for (let round = 0; round < latencyRounds; round++) {
    const prepared = prepare(Math.ceil((perSecond * latencyMs) / 1_000))
    for (const { kind, client } of inTurn(servers, round)) {
      const { latencies, delays } = await client.pace(prepared, perSecond)
      measured[kind].push({ p50: at(latencies, 0.5), p99: at(latencies, 0.99), delay: at(delays, 0.99) })
    }
  }
  return measured
}

async function loadOnce({ client, readUsage }: HttpServer, requests: readonly Buffer[]): Promise<Loaded> {
  const before = await readUsage()
  const tookMs = await client.send(requests)
  const after = await readUsage()
  const cpuMs = after.cpuMs - before.cpuMs
  return {
    perSecond: (requests.length / tookMs) * 1_000,
    cpuUs: (cpuMs / requests.length) * 1_000,
    idle: (after.idleMs - before.idleMs) / tookMs,
    cores: cpuMs / tookMs,
  }
}

function inTurn(servers: readonly HttpServer[], round: number): readonly HttpServer[] {
  return round % 2 === 0 ? servers : servers.toReversed()
}

function at(times: readonly number[], part: number): number {
  const sorted = times.toSorted((left, right) => left - right)
  return sorted[Math.floor((sorted.length - 1) * part)]!
}
