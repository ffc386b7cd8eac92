import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SpanKind } from '@opentelemetry/api'
import { signDelivery } from 'sallyport/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { provider, secret } from '../support/crash/provider.ts'
import { administer, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'

interface SentSpan {
  readonly name: string
  readonly kind: SpanKind
  readonly parent?: string
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly outcome?: string
  readonly traceId: string
  readonly spanId: string
}

const stores = [
  {
    name: 'sqlite',
    isThere: true,
    open: async () => join(mkdtempSync(join(tmpdir(), 'sallyport-traces-')), 'events.db'),
    remove: async (place: string) => rmSync(join(place, '..'), { recursive: true }),
  },
  {
    name: 'pg-boss',
    isThere: await hasDatabase(),
    open: async () => ownName('traces'),
    remove: (place: string) => administer(`DROP SCHEMA IF EXISTS ${place} CASCADE`),
  },
]

let ends: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** Starts a process; resolves with it and with what it says when it is ready. */
async function start(role: string, store: string, place: string): Promise<[ChildProcess, number]> {
  const child = fork(
    join(import.meta.dirname, '..', 'support', 'telemetry', 'trace-process.ts'),
    [role, store, place],
    {
      execArgv: ['--conditions=@sallyport/source'],
    },
  )
  ends.unshift(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  })
  const [said] = (await once(child, 'message')) as [number]
  return [child, said]
}

async function spansOf(child: ChildProcess): Promise<SentSpan[]> {
  const answer = once(child, 'message')
  child.send('spans')
  return ((await answer) as [SentSpan[]])[0]
}

const foreign = { traceId: 'f0'.repeat(16), traceparent: `00-${'f0'.repeat(16)}-${'0a'.repeat(8)}-01` }

describe.each(stores)('an event over $name, stored and handled by two processes', ({ name, isThere, open, remove }) => {
  it.skipIf(!isThere).each([
    ['', {}],
    [', from a sender that sends a traceparent', { traceparent: foreign.traceparent }],
  ])('is traced from delivery through two retries to done%s', async (_case, headers: Record<string, string>) => {
    const place = await open()
    ends.push(() => remove(place))
    const [receiver, port] = await start('receive', name, place)
    const [worker] = await start('work', name, place)
    const { plainHeaders, body } = signDelivery(provider, { secret, body: { type: 'task.created', data: {} } })
    const response = await fetch(`http://127.0.0.1:${port}/hook`, {
      method: 'POST',
      headers: { ...plainHeaders, ...headers },
      body: Buffer.from(body),
    })
    expect(response.status).toBe(202)
    await response.arrayBuffer()
    await expect.poll(async () => (await spansOf(worker)).length).toBe(3)
    await expect.poll(async () => (await spansOf(receiver)).length).toBeGreaterThanOrEqual(2)

    const received = await spansOf(receiver)
    const server = received.find(({ kind }) => kind === SpanKind.SERVER)!
    const accepted = received.find(({ kind }) => kind === SpanKind.PRODUCER)!
    expect(server.outcome).toBe('accepted')
    expect(accepted).toMatchObject({ name: expect.stringMatching(/^publish /), outcome: 'stored' })
    if ('traceparent' in headers) {
      expect(server.traceId).toBe(foreign.traceId)
      expect(accepted.traceId).not.toBe(foreign.traceId)
      expect(accepted.parent).toBeUndefined()
      expect(accepted.links).toEqual([{ traceId: server.traceId, spanId: server.spanId }])
    } else {
      expect(accepted).toMatchObject({ traceId: server.traceId, parent: server.spanId, links: [] })
    }

    const attempts = await spansOf(worker)
    expect(attempts.map(({ kind, outcome }) => [kind, outcome])).toEqual([
      [SpanKind.CONSUMER, 'retried'],
      [SpanKind.CONSUMER, 'retried'],
      [SpanKind.CONSUMER, 'handled'],
    ])
    for (const attempt of attempts) {
      expect(attempt.parent).toBeUndefined()
      expect(attempt.links).toEqual([{ traceId: accepted.traceId, spanId: accepted.spanId }])
    }
    const traces = new Set([...attempts, accepted].map(({ traceId }) => traceId))
    expect(traces.size).toBe(4)
  })
})
