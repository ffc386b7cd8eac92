import { createReceiver } from 'sallyport'
import { createInbox, type Engine } from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import { invoratec } from 'sallyport/providers/invoratec'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { administer, databaseUrl, hasDatabase, ownName } from '../support/inbox/pg-boss-database.ts'
import { hasRedisServer, startRedisServer } from '../support/inbox/redis-server.ts'
import { runJson } from '../support/cli/host.ts'

const secret = 'secret-of-the-servers'
const isDatabaseThere = await hasDatabase()
const isRedisThere = hasRedisServer('the inbox command over Redis')

/** Lets an event fail in a server, then shows, replays and counts it with the command. */
async function operate(engine: Engine, place: string, ...args: string[]): Promise<void> {
  let fails = true
  const inbox = createInbox({ engine, retry: { attempts: 1 } })
  onTestFinished(() => inbox.stop({ drainMs: 1_000 }))
  const receiver = createReceiver(invoratec(), { secret, inbox }).onAny(() => {
    if (fails) throw new Error('the database is away')
  })
  const delivery = signDelivery(invoratec(), { secret, type: 'alert.triggered' })
  expect((await receiver.receive({ ...delivery, receivedAt: Date.now() })).outcome).toBe('accepted')
  await vi.waitFor(async () => expect((await inbox.stats()).counts.dead).toBe(1), 20_000)

  const command = (...words: string[]) => runJson(['inbox', ...words, ...args], { env: { SALLYPORT_INBOX: place } })
  const { code, records } = await command('list', '--state', 'dead')
  expect({ code, records }).toMatchObject({
    code: 0,
    records: [{ ok: true, events: [{ type: 'alert.triggered', state: 'dead' }] }],
  })
  const [{ id } = { id: '' }] = records[0]!['events'] as { id: string }[]
  expect(await command('show', id, '--body')).toMatchObject({
    code: 0,
    records: [{ id, body: expect.stringContaining('alert') }],
  })
  fails = false
  expect(await command('replay', id)).toMatchObject({ code: 0, records: [{ count: 1 }] })
  await vi.waitFor(async () => expect((await inbox.stats()).counts.done).toBe(1), 20_000)
  expect(await command('stats')).toMatchObject({ code: 0, records: [{ counts: { done: 1, dead: 0 } }] })
  expect(await command('discard', '--all', '--dry-run')).toMatchObject({
    code: 0,
    records: [{ count: 1, dryRun: true }],
  })
  expect(await command('discard', '--all', '--yes')).toMatchObject({ code: 0, records: [{ count: 1 }] })
}

/** Expects every subcommand to report a missing inbox. */
async function expectMissing(place: string, ...args: string[]): Promise<void> {
  const env = { SALLYPORT_INBOX: place }
  for (const words of [['list'], ['show', 'sha256:0000'], ['stats'], ['discard', '--all']])
    expect(await runJson(['inbox', ...words, ...args], { env })).toMatchObject({
      code: 4,
      records: [{ ok: false, code: 'INBOX_MISSING', fix: expect.stringContaining('--queue') }],
    })
}

describe.runIf(isDatabaseThere)('inbox on PostgreSQL', () => {
  it('does not create a missing inbox', async () => {
    const schema = ownName('cli')
    onTestFinished(() => administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))
    await expectMissing(databaseUrl, '--schema', schema)
    // A schema of another program, pg-boss or not, is not an inbox.
    await administer(`CREATE SCHEMA ${schema}`)
    await expectMissing(databaseUrl, '--schema', schema)
    await administer(`DROP SCHEMA ${schema} RESTRICT`)

    const engine = createPgBossEngine({ connectionString: databaseUrl, schema })
    await engine.start()
    await engine.stop({ drainMs: 0 })
    const env = { SALLYPORT_INBOX: databaseUrl }
    const stats = ['inbox', 'stats', '--schema', schema]
    expect(await runJson(stats, { env })).toMatchObject({ code: 0 })
    expect(await runJson([...stats, '--queue', 'other'], { env })).toMatchObject({
      code: 4,
      records: [{ code: 'INBOX_MISSING' }],
    })
  }, 60_000)

  it('lists, shows, replays and discards events', async () => {
    const schema = ownName('cli')
    onTestFinished(() => administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))
    await operate(
      createPgBossEngine({ connectionString: databaseUrl, schema, pollMs: 50 }),
      databaseUrl,
      '--schema',
      schema,
    )
  }, 60_000)
})

describe.runIf(isRedisThere)('inbox on Redis', () => {
  it('does not create a missing inbox', async () => {
    const server = await startRedisServer()
    onTestFinished(() => server.remove())
    await expectMissing(server.url, '--queue', 'hooks')
    const [{ findings } = {}] = (await runJson(['doctor', '--inbox', server.url])).records
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'inbox',
        severity: 'skipped',
        message: expect.stringContaining('not there yet'),
      }),
    )
    expect(await server.client.keys('*')).toEqual([])
  }, 60_000)

  it('lists, shows, replays and discards events', async () => {
    const server = await startRedisServer()
    onTestFinished(() => server.remove())
    await operate(createBullMqEngine({ connection: server.url, queue: 'hooks' }), server.url, '--queue', 'hooks')
  }, 60_000)
})
