import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { InboxEvent } from '../../receive/inbox.ts'
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

function newEvent(name: string, more: Partial<InboxEvent> = {}): InboxEvent {
  return {
    key: name,
    provider: 'test',
    type: 'test',
    id: name,
    keyId: 'secret-1',
    receivedAt: 0,
    method: 'POST',
    url: '/',
    headers: [],
    signedHeaders: {},
    secretHeaders: [],
    body: Buffer.from('{}'),
    ...more,
  }
}

type Call = {
  [Name in Request['name']]: [name: Name, ...parameters: Extract<Request, { name: Name }>['parameters']]
}[Request['name']]

const insert = (...events: InboxEvent[]): Call => ['insert', events.map(toRow)]
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
