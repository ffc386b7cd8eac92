import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox, createSqliteEngine, type Inbox } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newEvent } from '../../packages/contracts/src/engine/test-store.ts'
import { send, startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { hasRedisServer, startRedisServer } from '../support/inbox/redis-server.ts'

const secret = 'whsec_documented'
const schema = ownName('docs')
const home = mkdtempSync(join(tmpdir(), 'sallyport-inbox-programs-'))

beforeAll(() => {
  vi.stubEnv('SONZAI_WEBHOOK_SECRET', secret)
  vi.stubEnv('EVENTS_FILE', join(home, 'events.db'))
  vi.stubEnv('DATABASE_URL', withSearchPath(databaseUrl, schema))
  vi.stubEnv('INBOX_SCHEMA', schema)
  vi.spyOn(console, 'log').mockImplementation(() => {})
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true })
})

const wakeup = (): ReturnType<typeof signDelivery> => signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })

describe('examples/inbox/quickstart.ts', () => {
  const file = 'examples/inbox/quickstart.ts'

  it('stores a delivery once, and rejects a forged one', async () => {
    const port = await findFreePort()
    const url = `http://localhost:${port}/`
    const program = await startDocumented(file, port, { SONZAI_WEBHOOK_SECRET: secret, EVENTS_FILE: newFile() })
    const delivery = wakeup()
    expect(await send(url, delivery)).toEqual({ status: 202, said: 'accepted' })
    expect(await send(url, delivery)).toEqual({ status: 200, said: 'duplicate' })
    const forged = signDelivery(sonzai(), { secret: 'whsec_guessed', type: 'on_wakeup_ready' })
    expect(await send(url, forged)).toEqual({ status: 401, said: 'SIGNATURE_MISMATCH' })
    expect((await fetch(url, { method: 'PUT' })).status).toBe(405)
    await program.end('SIGKILL')
  })

  it('finishes handlers on SIGTERM; knows events after a restart', async () => {
    const port = await findFreePort()
    const url = `http://localhost:${port}/`
    const environment = { SONZAI_WEBHOOK_SECRET: secret, EVENTS_FILE: newFile() }
    const delivery = wakeup()
    const program = await startDocumented(file, port, environment)
    expect((await send(url, delivery)).status).toBe(202)
    const { code, stdout } = await program.end('SIGTERM')
    const again = await startDocumented(file, port, environment)
    expect(await send(url, delivery)).toEqual({ status: 200, said: 'duplicate' })
    const later = await again.end('SIGTERM')
    expect([code, later.code]).toEqual([0, 0])
    // Handled before the end, or after the next start.
    expect((stdout + later.stdout).trim().split('\n')).toEqual([expect.stringMatching(/^attempt 1 of /)])
  })
})

describe.each([
  ['examples/inbox/options.ts', () => import('../../examples/inbox/options.ts')],
  ['examples/inbox/redact.ts', () => import('../../examples/inbox/redact.ts')],
] as const)('%s', (_file, load) => {
  it('opens', async () => {
    const { inbox } = await load()
    await inbox.ready()
    expect((await inbox.stats()).counts.dead).toBe(0)
    await inbox.stop()
  })
})

describe('examples/inbox/separate-worker.ts', () => {
  it('handles what another inbox over the file has stored', async () => {
    const { work } = await import('../../examples/inbox/separate-worker.ts')
    await withStored(async (path, inbox) => {
      const worker = work(path)
      await worker.ready()
      await vi.waitUntil(async () => (await inbox.stats()).counts.done === 1, 20_000)
      await worker.stop()
    })
  })
})

describe('examples/inbox/replay-dead.ts', () => {
  it('replays a dead event that fits its schema', async () => {
    const { replayWhatFits } = await import('../../examples/inbox/replay-dead.ts')
    await withStored(async (path, inbox) => {
      await killAll(path)
      await vi.waitUntil(async () => (await inbox.stats()).counts.dead === 1, 20_000)
      await replayWhatFits(path)
      expect((await inbox.stats()).counts).toMatchObject({ dead: 0, pending: 1 })
    })
  })
})

describe('examples/inbox/history.ts', () => {
  it('prints the attempts of an event', async () => {
    const { explain } = await import('../../examples/inbox/history.ts')
    await withStored(async (path, inbox) => {
      const [event] = (await inbox.list()).events
      await killAll(path)
      await explain(inbox, event!.key)
      expect(console.log).toHaveBeenCalledWith(expect.stringMatching(/^attempt 1 on .+:\d+: dead after \d+ ms$/), 'no')
    })
  })
})

describe('examples/inbox/postgres-transaction.ts', () => {
  it('commits a payment and its event together, once, or not at all', async () => {
    const { db, inbox, book } = await import('../../examples/inbox/postgres-transaction.ts')
    try {
      if (!(await hasDatabase())) return
      await inbox.ready()
      await administer(
        `CREATE TABLE ${schema}.account (balance int NOT NULL CHECK (balance < 100))`,
        `INSERT INTO ${schema}.account VALUES (0)`,
      )
      const pay = (number: number, amount: number): Promise<unknown> => book(newEvent(number), amount)
      expect([await pay(1, 5), await pay(1, 5)]).toEqual(['stored', 'duplicate'])
      await expect(pay(2, 500)).rejects.toThrow('account_balance_check')
      expect(await pay(2, 7)).toBe('stored')
      expect((await db.query('SELECT balance FROM account')).rows).toEqual([{ balance: 12 }])
      expect((await inbox.stats()).counts.pending).toBe(2)
    } finally {
      await inbox.stop()
      await db.end()
      if (await hasDatabase()) await administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`)
    }
  })
})

describe('examples/inbox/redis.ts', () => {
  it('opens only on a Redis that keeps what it acknowledges', async () => {
    const { openRedisInbox } = await import('../../examples/inbox/redis.ts')
    if (!hasRedisServer('examples/inbox/redis.ts')) return
    for (const settings of [undefined, []]) {
      const server = await startRedisServer(settings)
      const inbox = openRedisInbox(server.url)
      try {
        if (settings === undefined) await inbox.ready()
        else await expect(inbox.ready()).rejects.toMatchObject({ code: 'INBOX_SETTINGS_WEAK' })
      } finally {
        await inbox.stop()
        await server.remove()
      }
    }
  })
})

/** Stores one event in a new file. */
async function withStored(use: (path: string, inbox: Inbox) => Promise<void>): Promise<void> {
  const path = newFile()
  const inbox = createInbox({ engine: createSqliteEngine({ path }), work: 'elsewhere', keepSecretHeaders: true })
  try {
    await createReceiver(sonzai(), { secret, inbox }).receive(wakeup())
    await use(path, inbox)
  } finally {
    await inbox.stop()
  }
}

/** Handles every event of a file with a handler that rejects it. */
async function killAll(path: string): Promise<void> {
  const fail = (): Promise<never> => Promise.reject(Object.assign(new Error('no'), { isPermanent: true }))
  const consumer = createSqliteEngine({ path })
  await consumer.start()
  const retry = { attempts: 1, delayMs: 0, factor: 1, maxDelayMs: 0, jitter: 0 }
  const dead = Promise.withResolvers<void>()
  await consumer.consume(fail, { concurrency: 1, retry, order: 'none', onOutcome: () => dead.resolve() })
  await dead.promise
  await consumer.stop({ drainMs: 1_000 })
}

function newFile(): string {
  return join(home, `${randomUUID()}.db`)
}

function withSearchPath(url: string, path: string): string {
  const own = new URL(url)
  own.searchParams.set('options', `-c search_path=${path}`)
  return own.href
}
