import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, request, type RequestOptions } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildBody, fleetCases, secret, type FleetCase } from './fleet-bodies.ts'
import { routes } from './fleet-routes.ts'
import { median } from './measure.ts'
import type { BenchOptions, Row } from './report.ts'

/**
 * The fleet bench: a delivery from its HTTP body to the deployed folder on disk. Each route runs in its own server. Measured are
 * the time to the answer, the longest wait of another request beside it, the longest turn of the server, and its peak memory.
 */
export async function benchFleet({ quick }: BenchOptions): Promise<Row[]> {
  const rows: Row[] = []
  for (const fleetCase of quick ? fleetCases.slice(0, 1) : fleetCases) rows.push(...(await measure(fleetCase, quick)))
  return rows
}

interface Subject {
  readonly kind: string
  readonly root: string
  readonly server: ChildProcess
  readonly port: number
  readonly rounds: Measured[]
  readonly turns: Measured[]
}

/** One delivery. */
interface Measured {
  readonly totalMs: number
  readonly waitMs: number
  readonly delayMs: number
  readonly peakBytes: number
  /** Only where turns are measured, which slows the delivery down. */
  readonly turnMs?: number
}

async function measure(fleetCase: FleetCase, quick: boolean): Promise<Row[]> {
  const body = await buildBody(fleetCase)
  const rounds = quick ? 1 : body.length > 10_000_000 ? 3 : 7
  const subjects: Subject[] = []
  try {
    for (const kind of Object.keys(routes)) subjects.push(await start(kind))
    for (let round = 0; round < rounds; round++) {
      for (const subject of round % 2 === 0 ? subjects : subjects.toReversed())
        subject.rounds.push(await deliver(subject, body, '/deliver'))
    }
    for (const subject of subjects)
      for (let round = 0; round < rounds; round++) subject.turns.push(await deliver(subject, body, '/turns'))
  } finally {
    await Promise.all(subjects.map(stop))
  }
  return toRows(fleetCase, body.length, subjects)
}

async function start(kind: string): Promise<Subject> {
  const root = mkdtempSync(join(tmpdir(), 'sallyport-bench-'))
  const server = fork(new URL('fleet-server.ts', import.meta.url), [kind, root], {
    execArgv: [...process.execArgv, '--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const [port] = (await once(server, 'message')) as [number]
  return { kind, root, server, port, rounds: [], turns: [] }
}

async function stop({ server, root }: Subject): Promise<void> {
  const ended = once(server, 'exit')
  server.disconnect()
  await ended
  rmSync(root, { recursive: true, force: true })
}

async function deliver({ port, root }: Subject, body: Buffer, path: '/deliver' | '/turns'): Promise<Measured> {
  await send({ port, path: '/begin' })
  const isOver = new AbortController()
  const waiting = longestWait(port, isOver.signal)
  const headers = { authorization: secret, 'content-type': 'application/json', 'content-length': body.length }
  const begun = performance.now()
  const answer = await send({ port, path, method: 'POST', headers }, body)
  const totalMs = performance.now() - begun
  isOver.abort()
  if (answer !== '{"outcome":"handled"}') throw new Error(`unexpected answer: ${answer}`)
  const waitMs = await waiting
  const measured = JSON.parse(await send({ port, path: '/end' })) as Omit<Measured, 'totalMs' | 'waitMs'>
  rmSync(root, { recursive: true, force: true })
  return { totalMs, waitMs, ...measured }
}

const paceMs = 2

/** Sends small requests one after another, and tells how long the slowest took. */
async function longestWait(port: number, signal: AbortSignal): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let longest = 0
  while (!signal.aborted) {
    const begun = performance.now()
    await send({ port, path: '/other', agent })
    longest = Math.max(longest, performance.now() - begun)
    await sleep(paceMs)
  }
  agent.destroy()
  return longest
}

async function send(options: RequestOptions, body?: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', ...options }, (response) => {
      text(response).then(resolve, reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

// Below it, the heap of Node says more about a process than the payload does.
const judgedFrom = 20_000_000

function toRows({ name }: FleetCase, bodyBytes: number, subjects: readonly Subject[]): Row[] {
  const [floor] = subjects as [Subject]
  const toRow = (what: string, unit: string, valuesOf: (subject: Subject) => number[], aim?: string): Row[] =>
    subjects.map((subject) => {
      const [own, reference] = [valuesOf(subject), valuesOf(floor)]
      const isJudged = subject !== floor && bodyBytes >= judgedFrom
      return {
        subject: subject.kind,
        case: `${name}: ${what}`,
        median: median(own),
        unit,
        ratio: median(own.map((value, round) => value / reference[round]!)),
        ...(isJudged && aim !== undefined ? { aim } : undefined),
      }
    })
  const peakOf = ({ rounds }: Subject): number[] => [
    Math.max(0.01, ...rounds.map(({ peakBytes }) => peakBytes / bodyBytes)),
  ]
  return [
    ...toRow('time to the answer', 'ms', ({ rounds }) => rounds.map(({ totalMs }) => totalMs)),
    ...toRow('another request waits', 'ms', ({ rounds }) => rounds.map(({ waitMs }) => waitMs)),
    ...toRow('event loop delay', 'ms', ({ rounds }) => rounds.map(({ delayMs }) => delayMs)),
    ...toRow('longest turn', 'ms', ({ turns }) => turns.map(({ turnMs = 0 }) => turnMs), 'under 25 ms'),
    ...toRow('peak memory', '× body', peakOf, 'at most 5 × body'),
  ]
}
