import { type InboxEvent } from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import type { Pool } from 'pg'
import { expect } from 'vitest'
import { newEvent } from '../../packages/contracts/src/engine/bench.ts'
import { administer, hasDatabase } from '../support/inbox/pg-boss-database.ts'
import { hasRedisServer, startRedisServer } from '../support/inbox/redis-server.ts'
import { schema } from './environment.ts'

/** A payment and its event are there together, once, or not at all. */
export async function booksOnce({ db, inbox, book }: Record<string, unknown>): Promise<void> {
  const { ready, stats, stop } = inbox as Inbox
  try {
    if (!(await hasDatabase())) return
    await ready()
    await administer(
      `CREATE TABLE ${schema}.account (balance int NOT NULL CHECK (balance < 100))`,
      `INSERT INTO ${schema}.account VALUES (0)`,
    )
    const pay = book as (payment: InboxEvent, amount: number) => Promise<string>
    expect([await pay(newEvent(1), 5), await pay(newEvent(1), 5)]).toEqual(['stored', 'duplicate'])
    await expect(pay(newEvent(2), 500)).rejects.toThrow('account_balance_check')
    expect(await pay(newEvent(2), 7)).toBe('stored')
    expect((await (db as Pool).query('SELECT balance FROM account')).rows).toEqual([{ balance: 12 }])
    expect((await stats()).counts.pending).toBe(2)
  } finally {
    await stop()
    await (db as Pool).end()
    if (await hasDatabase()) await administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
  }
}

/** The inbox of the document opens on a Redis that keeps what it answers for, and on no other. */
export async function opensRedis({ openRedisInbox }: Record<string, unknown>): Promise<void> {
  if (!hasRedisServer('the Redis inbox of docs/inbox.md')) return
  const open = openRedisInbox as (connection: string) => Inbox
  for (const settings of [undefined, []]) {
    const server = await startRedisServer(settings)
    const inbox = open(server.url)
    try {
      if (settings === undefined) await inbox.ready()
      else await expect(inbox.ready()).rejects.toMatchObject({ code: 'INBOX_SETTINGS_WEAK' })
    } finally {
      await inbox.stop()
      await server.remove()
    }
  }
}
