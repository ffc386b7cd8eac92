import { createPreparation } from './deliveries.ts'
import { applications, type Kind } from './http-apps.ts'
import { median } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'
import { startServer, type LoadedServer } from './server-process.ts'

/** How much to send. */
interface Effort {
  readonly rounds: number
  /** Milliseconds after which no further round begins. */
  readonly budgetMs: number
  readonly requests: number
  readonly warmUp: number
}

const quickly: Effort = { rounds: 1, budgetMs: 0, requests: 40, warmUp: 0 }
const thoroughly: Effort = { rounds: 25, budgetMs: 20_000, requests: 3_000, warmUp: 9_000 }

const kinds: readonly Kind[] = ['floor', 'sallyport']
// Enough that the server always has a next request, even while the client sleeps.
const connections = 128

/**
 * The http bench: for each framework the sallyport adapter and a hand-written route, each in its own server, loaded in turns.
 * The ratio is taken per round, so that other load on the machine affects both.
 */
export async function benchHttp({ quick }: BenchOptions): Promise<Row[]> {
  const effort = quick ? quickly : thoroughly
  const rows: Row[] = []
  for (const framework of Object.keys(applications)) {
    const rates = await measure(framework, effort)
    for (const kind of kinds) {
      const ratio = median(rates[kind].map((rate, round) => rate / rates.floor[round]!))
      rows.push({ subject: kind, case: framework, median: median(rates[kind]), unit: 'requests/s', ratio })
    }
  }
  return rows
}

async function measure(
  framework: string,
  { rounds, budgetMs, requests, warmUp }: Effort,
): Promise<Record<Kind, number[]>> {
  const rates: Record<Kind, number[]> = { floor: [], sallyport: [] }
  const servers = await Promise.all(kinds.map((kind) => start(framework, kind)))
  try {
    const prepare = createPreparation()
    if (warmUp > 0) for (const { client } of servers) await client.send(prepare(warmUp))
    const end = performance.now() + budgetMs
    for (let round = 0; round < rounds && (round === 0 || performance.now() < end); round++) {
      // The same deliveries for both: they share nothing, so each delivery is new to both.
      const prepared = prepare(requests)
      for (const { kind, client } of round % 2 === 0 ? servers : servers.toReversed()) {
        rates[kind].push((prepared.length / (await client.send(prepared))) * 1000)
      }
    }
    return rates
  } finally {
    await Promise.all(servers.map(({ close }) => close()))
  }
}

async function start(framework: string, kind: Kind): Promise<LoadedServer & { kind: Kind }> {
  const server = await startServer('http-server.ts', [framework, kind], {
    connections,
    expected: '{"outcome":"handled"}',
  })
  return { ...server, kind }
}
