import { createPreparation } from './deliveries.ts'
import type { Place } from './inbox-stores.ts'
import { median } from './measure.ts'
import type { Row } from './report.ts'
import { startServer, type LoadedServer } from './server-process.ts'

/** How much to send. */
export interface HttpEffort {
  readonly rounds: number
  readonly requests: number
  readonly warmUp: number
}

/** One kind of server and its measurements, round by round. */
interface Subject extends LoadedServer {
  readonly kind: string
  readonly rates: number[]
  readonly latencies: number[]
}

const connections = 50
const where = `HTTP, ${connections} connections`
const floor = 'no store'
const byHand = 'a transaction per row'
const rateAims = {
  'SQLite engine': 'at least 0.80',
  'pg-boss engine': 'at least 0.60',
  'BullMQ engine': 'at least 0.60',
}
const byRowAims = { 'SQLite engine': 'at least 3' }

/** From a request to its 202, through Fastify and verification, with each kind of inbox and without one. */
export async function benchInboxHttp(kinds: readonly string[], place: Place, effort: HttpEffort): Promise<Row[]> {
  const subjects: Subject[] = []
  try {
    for (const kind of [floor, byHand, ...kinds]) subjects.push(await start(kind, place))
    await load(subjects, effort)
    return [...toRateRows(subjects), ...toLatencyRows(subjects)]
  } finally {
    await Promise.all(subjects.map(({ close }) => close()))
  }
}

async function start(kind: string, place: Place): Promise<Subject> {
  const expected = kind === floor ? '{"outcome":"handled"}' : '{"outcome":"accepted"}'
  const server = await startServer('inbox-server.ts', [kind, JSON.stringify(place)], { connections, expected })
  return { ...server, kind, rates: [], latencies: [] }
}

async function load(subjects: readonly Subject[], { rounds, requests, warmUp }: HttpEffort): Promise<void> {
  const prepare = createPreparation()
  if (warmUp > 0) for (const { client } of subjects) await client.send(prepare(warmUp))
  for (let round = 0; round < rounds; round++) {
    // The same deliveries for all: they share nothing, so each delivery is new to all.
    const prepared = prepare(requests)
    for (let turn = 0; turn < subjects.length; turn++) {
      const { client, rates, latencies } = subjects[(round + turn) % subjects.length]!
      rates.push((requests / (await client.send(prepared, latencies))) * 1_000)
    }
  }
}

function toRateRows(subjects: readonly Subject[]): Row[] {
  const [none, byRow] = subjects as [Subject, Subject]
  const toRow = ({ kind, rates }: Subject, reference: Subject, name: string): Row => ({
    subject: reference.kind === kind ? `floor: ${kind}` : kind,
    case: name,
    median: median(rates),
    unit: 'requests/s',
    ratio: median(rates.map((rate, round) => rate / reference.rates[round]!)),
  })
  const withAim = (row: Row, aims: Readonly<Record<string, string>>): Row =>
    Object.hasOwn(aims, row.subject) ? { ...row, aim: aims[row.subject]! } : row
  return [
    ...subjects.map((subject) => withAim(toRow(subject, none, where), rateAims)),
    ...subjects
      .slice(1, 3)
      .map((subject) => withAim(toRow(subject, byRow, `${where}, by hand and by engine`), byRowAims)),
  ]
}

function toLatencyRows(subjects: readonly Subject[]): Row[] {
  const sorted = subjects.map(({ kind, latencies }) => ({ kind, times: latencies.toSorted((a, b) => a - b) }))
  const at = (times: readonly number[], part: number): number => times[Math.floor((times.length - 1) * part)]!
  const toRows = (what: string, unit: string, pick: (times: readonly number[]) => number, aim?: string): Row[] =>
    sorted.map(({ kind, times }, index) => ({
      subject: index === 0 ? `floor: ${kind}` : kind,
      case: `${where}: ${what}`,
      median: pick(times),
      unit,
      ratio: pick(times) / pick(sorted[0]!.times),
      ...(index > 1 && aim ? { aim } : undefined),
    }))
  return [
    ...toRows('median', 'ms', (times) => at(times, 0.5)),
    ...toRows('99 of 100', 'ms', (times) => at(times, 0.99)),
    ...toRows('99 of 100, in medians', '×', (times) => at(times, 0.99) / at(times, 0.5), 'under 5 ×'),
  ]
}
