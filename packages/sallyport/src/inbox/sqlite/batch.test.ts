import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { InboxEvent } from '../../receive/inbox.ts'
import { newEvent } from '../../../../../test/support/inbox/new-event.ts'
import { toRetryPolicy } from '../retry-policy.ts'
import { createConnection, type Connection } from './connection.ts'
import { runBatch } from './batch.ts'
import { toSettings } from './options.ts'
import { createProcessLock, type ProcessLock } from './process-lock.ts'
import { toRow } from './rows.ts'
import type { Request } from './thread-client.ts'

let folder: string
let connection: Connection
let lock: ProcessLock

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-batch-'))
  const path = join(folder, 'events.db')
  lock = createProcessLock()
  connection = createConnection(toSettings({ path, maxBytes: 400_000, busyTimeoutMs: 50 }), lock, 'this process')
})

afterEach(() => {
  connection.close()
  lock.release()
  rmSync(folder, { recursive: true })
})

type Call = {
  [Name in Request['name']]: [name: Name, ...parameters: Extract<Request, { name: Name }>['parameters']]
}[Request['name']]

const insert = (...events: InboxEvent[]): Call => ['insert', events.map((event) => toRow(event))]
const retry = toRetryPolicy({})

function run(...calls: Call[]): unknown[] {
  const requests = calls.map(([name, ...parameters], number) => ({ number, name, parameters }) as Request)
  const responses = runBatch(connection, requests)
  expect(responses.map(({ number }) => number)).toEqual(calls.map((_, number) => number))
  return responses.map((response) => ('failure' in response ? response.failure.code : response.value))
}

const broken = newEvent('broken', { type: undefined as unknown as string })

describe('runBatch', () => {
  it('undoes only the request that fails', () => {
    const answers = run(
      insert(newEvent('a')),
      insert(newEvent('b'), broken),
      insert(newEvent('c')),
      ['work', { retry, atWork: [], order: 'none' }],
      ['claim', { limit: 1, order: 'none' }],
      insert(newEvent('a')),
      ['stats'],
    )
    expect(answers).toMatchObject([
      ['stored'],
      'INBOX_UNAVAILABLE',
      ['stored'],
      [],
      { events: [{ key: 'a', attempts: 1 }] },
      ['duplicate'],
      { counts: { pending: 1, active: 1 } },
    ])
    expect(run(['get', 'b'], ['get', 'c'])).toMatchObject([undefined, { state: 'pending' }])
  })

  it('stores the others when one does not fit', () => {
    const large = newEvent('large', { body: Buffer.alloc(1_000_000) })
    expect(run(insert(newEvent('a')), insert(large), insert(newEvent('b')))).toEqual([
      ['stored'],
      'INBOX_FULL',
      ['stored'],
    ])
  })

  it.each([1, 2])('corrects times by a clock that was set back, also where request %i of two fails', (place) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 7_200_000 })
    try {
      const claim: Call = ['claim', { limit: 1, order: 'none' }]
      run(['work', { retry, atWork: [], order: 'none' }], insert(newEvent('a')), claim)
      run(['settle', { key: 'a', attempt: 1, outcome: 'retried', waitMs: 1_000, error: 'not yet' }])
      vi.setSystemTime(3_600_000)
      const large = insert(newEvent('large', { body: Buffer.alloc(1_000_000) }))
      expect(run(...(place === 1 ? [large, claim] : [claim, large]))).toContain('INBOX_FULL')
      expect(run(claim)).toMatchObject([{ nextDueAt: 3_601_000 }])
    } finally {
      vi.useRealTimers()
    }
  })

  it('recognises a duplicate in a full store', () => {
    run(insert(newEvent('a')))
    const large = insert(newEvent('large', { body: Buffer.alloc(1_000_000) }))
    expect(run(large, insert(newEvent('a', { body: Buffer.alloc(1_000_000) })))).toEqual(['INBOX_FULL', ['duplicate']])
    expect(run(['get', 'large'], ['stats'])).toMatchObject([undefined, { counts: { pending: 1 } }])
  })

  it('fails all when the store fails, and opens it again', () => {
    run(insert(newEvent('first')))
    const { database } = connection.open()
    database.close()
    expect(run(insert(newEvent('a')), insert(newEvent('b')))).toEqual(['INBOX_UNAVAILABLE', 'INBOX_UNAVAILABLE'])
  })

  it('waits for a lock once per batch, not per request', () => {
    run(insert(newEvent('first')))
    const other = createConnection(
      toSettings({ path: join(folder, 'events.db'), maxBytes: 400_000, busyTimeoutMs: 50 }),
      lock,
      'this process',
    )
    other.open().database.exec('BEGIN IMMEDIATE')
    const asked = vi.spyOn(connection.open().database, 'exec')
    const answers = run(...Array.from({ length: 40 }, (_, n) => insert(newEvent(String(n)))))
    expect(new Set(answers)).toEqual(new Set(['INBOX_UNAVAILABLE']))
    expect(asked.mock.calls.filter(([sql]) => sql.startsWith('BEGIN'))).toHaveLength(1)
    other.open().database.exec('ROLLBACK')
    other.close()
    expect(run(insert(newEvent('after')))).toEqual([['stored']])
  })
})
