import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInbox, createSqliteEngine, toRetryPolicy, type Engine } from 'sallyport/inbox'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { toEvent } from '../support/crash/accept-many.ts'

const home = mkdtempSync(join(tmpdir(), 'sallyport-log-'))
afterAll(() => rmSync(home, { recursive: true }))

const megabyte = 1024 * 1024
const maxBytes = 20 * megabyte
const large = (number: number) => ({ ...toEvent(number), body: Buffer.alloc(200_000, 'x') })
const logOf = (path: string): number => statSync(`${path}-wal`).size
const sizeOf = (path: string): number => statSync(path).size + logOf(path)

/** A connection in a transaction that reads: SQLite may not clear the log that it reads from. */
function pin(path: string): { release(): void } {
  const reader = new DatabaseSync(path, { readOnly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM events').get()
  return { release: () => reader.close() }
}

const store = (engine: Engine, number: number): Promise<unknown> =>
  engine.insert([large(number)]).catch((error: { code: string }) => error.code)

describe('a reader that pins the log', () => {
  it('cannot grow the store past maxBytes, and is reported once', async () => {
    const path = join(home, 'pinned.db')
    const engine = createSqliteEngine({ path, maxBytes, retentionMs: 1 })
    const reports: unknown[] = []
    await engine.start((error) => void reports.push(error))
    await engine.consume(async () => {}, {
      concurrency: 10,
      retry: toRetryPolicy({}),
      order: 'none',
      onOutcome: () => {},
    })
    await store(engine, 0)
    const reader = pin(path)
    // Several times what it may hold. Handled events are deleted, so that the log alone grows.
    let refused = 0
    let largest = 0
    for (let number = 1; number < 400; number++) {
      const answer = await store(engine, number)
      if (answer === 'INBOX_FULL') refused++
      largest = Math.max(largest, sizeOf(path))
    }
    expect(refused).toBeGreaterThan(200)
    expect(largest).toBeLessThan(1.25 * maxBytes)
    await vi.waitUntil(() => reports.length > 0, 20_000)
    await store(engine, 500)
    expect(reports).toMatchObject([{ code: 'INBOX_LOG_STUCK' }])

    reader.release()
    await vi.waitUntil(async () => Array.isArray(await store(engine, 501)), 20_000)
    expect(logOf(path)).toBeLessThan(maxBytes / 2)
    // Another one is news again.
    const other = pin(path)
    await vi.waitUntil(async () => {
      for (let number = 600; number < 700; number++) await store(engine, number)
      return reports.length > 1
    }, 20_000)
    other.release()
    expect(reports).toMatchObject([{ code: 'INBOX_LOG_STUCK' }, { code: 'INBOX_LOG_STUCK' }])
    await engine.stop({ drainMs: 5_000 })
  })

  it('names the log in the error of a full store', async () => {
    const path = join(home, 'named.db')
    const engine = createSqliteEngine({ path, maxBytes: 2 * megabyte })
    await engine.start()
    const reader = pin(path)
    const details: string[] = []
    for (let number = 0; number < 20; number++)
      await engine.insert([large(number)]).catch((error: { detail: string }) => details.push(error.detail))
    expect(details.at(-1)).toMatch(/^maxBytes is 2097152, of which the log has \d+$/)
    reader.release()
    await engine.stop({ drainMs: 0 })
  })

  it('is told to onError of the inbox', async () => {
    const path = join(home, 'told.db')
    const errors: unknown[] = []
    const engine = createSqliteEngine({ path, maxBytes: 2 * megabyte })
    const inbox = createInbox({ engine, onError: (error) => void errors.push(error) })
    await inbox.ready()
    const reader = pin(path)
    for (let number = 0; number < 20; number++) await inbox.store(large(number)).catch(() => {})
    await vi.waitUntil(() => errors.length > 0, 20_000)
    expect(errors).toMatchObject([{ code: 'INBOX_LOG_STUCK' }])
    reader.release()
    await inbox.stop({ drainMs: 0 })
  })
})

describe('the log', () => {
  it('leaves the room to events when nobody reads', async () => {
    const path = join(home, 'free.db')
    const engine = createSqliteEngine({ path, maxBytes })
    await engine.start()
    let stored = 0
    while (Array.isArray(await store(engine, stored))) stored++
    expect(stored * 200_000).toBeGreaterThan(0.9 * maxBytes)
    expect(sizeOf(path)).toBeLessThan(1.25 * maxBytes)
    await engine.stop({ drainMs: 0 })
  })
})
