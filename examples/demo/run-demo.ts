import { Agent } from 'node:http'
import { isSameAnswer, type Answer, type DemoDelivery, type DemoGroup } from './delivery.ts'
import { send, type TimedAnswer } from './send.ts'
import type { DemoServer } from './servers.ts'

/** What one server made of one delivery. */
export interface Judgement {
  readonly server: string
  readonly answer: TimedAnswer
  readonly expected: Answer
  readonly isRight: boolean
}

/** What the servers made of one delivery. */
export interface DemoRow {
  readonly name: string
  readonly judgements: readonly Judgement[]
  /** Lines to show below. */
  readonly notes: readonly string[]
}

/** How often a server's handlers ran, and how often they should have. */
export interface HandlerRuns {
  readonly server: string
  readonly runs: number
  readonly expected: number
}

/** What became of all deliveries. */
export interface DemoReport {
  readonly servers: readonly string[]
  readonly groups: readonly { readonly title: string; readonly rows: readonly DemoRow[] }[]
  readonly handlerRuns: readonly HandlerRuns[]
  readonly isRight: boolean
}

/** Sends every delivery to every server, one at a time, and judges the answers. */
export async function runDemo(groups: readonly DemoGroup[], servers: readonly DemoServer[]): Promise<DemoReport> {
  const agent = new Agent({ keepAlive: true })
  try {
    const judged: DemoReport['groups'][number][] = []
    for (const { title, deliveries } of groups) {
      const rows: DemoRow[] = []
      for (const delivery of deliveries) rows.push(await judgeDelivery(delivery, servers, agent))
      judged.push({ title, rows })
    }
    const handlerRuns = servers.map((server) => countRuns(server, groups))
    const isRight =
      judged.every(({ rows }) => rows.every(({ judgements }) => judgements.every((one) => one.isRight))) &&
      handlerRuns.every(({ runs, expected }) => runs === expected)
    return { servers: servers.map(({ name }) => name), groups: judged, handlerRuns, isRight }
  } finally {
    agent.destroy()
  }
}

async function judgeDelivery(delivery: DemoDelivery, servers: readonly DemoServer[], agent: Agent): Promise<DemoRow> {
  const judgements: Judgement[] = []
  for (const { name, url, joinsHeaders } of servers) {
    const answer = await send(url, delivery, agent)
    const expected = (joinsHeaders ? delivery.expectedWhenJoined : undefined) ?? delivery.expected
    judgements.push({ server: name, answer, expected, isRight: isSameAnswer(answer, expected) })
  }
  const printed = servers[0]?.takePrinted() ?? ''
  return {
    name: delivery.name,
    judgements,
    notes: delivery.shows === undefined ? [] : readSection(printed, delivery.shows),
  }
}

/** The lines below a heading, up to an empty one. */
function readSection(text: string, heading: string): string[] {
  const lines = text.split('\n')
  const start = lines.indexOf(heading) + 1
  return start === 0 ? [] : lines.slice(start, lines.indexOf('', start))
}

// The answer alone would not show a handler that ran for a refused delivery.
const resultsOfHandlers = new Set(['handled', 'unknown', 'HANDLER_FAILED', 'DELIVERY_REJECTED'])

function runsHandler({ runsHandler: isSaid, expected }: DemoDelivery): boolean {
  return isSaid ?? resultsOfHandlers.has(expected.result)
}

function countRuns({ name, handlerRuns }: DemoServer, groups: readonly DemoGroup[]): HandlerRuns {
  const deliveries = groups.flatMap((group) => group.deliveries)
  const expected = deliveries.filter(runsHandler).length
  return { server: name, runs: handlerRuns(), expected }
}
