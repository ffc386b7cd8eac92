import { createReceiver, RejectError } from 'sallyport'
import { createInbox, type Engine, type Inbox } from 'sallyport/inbox'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { watch } from 'sallyport/watch'
import { expect, it, onTestFinished } from 'vitest'
import { temporaryFolder } from '../support/cli/command.ts'
import { runHere } from '../support/cli/in-process.ts'
import { describeSuite as describeRedis } from '../support/inbox/bullmq-suite.ts'
import { databaseUrl } from '../support/inbox/pg-boss-database.ts'
import { describeSuite as describePostgres } from '../support/inbox/pg-boss-suite.ts'

const secret = 'whsec_of-a-watch'

/** Two processes over one store, one of which restarts. */
async function checkWatching(createEngine: () => Engine): Promise<void> {
  const clock = { now: Date.now() }
  const told: string[] = []
  const inboxes = [1, 2, 3].map((n): Inbox =>
    createInbox({ engine: createEngine(), work: n === 1 ? 'here' : 'elsewhere' }),
  )
  onTestFinished(async () => void (await Promise.all(inboxes.map((inbox) => inbox.stop({ drainMs: 0 })))))
  const receiver = createReceiver(sonzai(), { secret, inbox: inboxes[0]! }).onAny(() => {
    throw new RejectError('no')
  })
  receiver.onError(() => {})
  const start = (inbox: Inbox) =>
    watch(inbox, {
      rules: { deadLettersAbove: 0, silentForMs: { sonzai: 3_600_000 } },
      everyMs: 0,
      now: () => clock.now,
      notify: ({ type, alert }) => void told.push(`${type.split('.').at(-1)} ${alert.rule}`),
    })
  expect(await receiver.receive(signDelivery(sonzai(), { secret }))).toMatchObject({ outcome: 'accepted' })
  await expect.poll(async () => (await inboxes[0]!.stats()).counts.dead).toBe(1)
  await expect.poll(() => inboxes[0]!.minutes({ since: 0 })).not.toHaveLength(0)
  await Promise.all(inboxes.map((inbox) => start(inbox).check()))
  expect(told).toEqual(['raised dead-letters'])
  await inboxes[0]!.discard({})
  for (const minutes of [2, 2, 90]) {
    clock.now += minutes * 60_000
    await Promise.all(inboxes.map((inbox) => start(inbox).check()))
  }
  expect(told).toEqual(['raised dead-letters', 'cleared dead-letters', 'raised silent'])
}

describePostgres('watch over PostgreSQL', ({ createEngine, createQueue, schema }) => {
  it('tells once, from one of three processes', async () => {
    const queue = createQueue()
    await checkWatching(() => createEngine({ queue }))
  })

  it('from the command line leaves space out', async () => {
    const queue = createQueue()
    const inbox = createInbox({ engine: createEngine({ queue }) })
    const receiver = createReceiver(sonzai(), { secret, inbox }).onAny(() => {
      throw new RejectError('no')
    })
    receiver.onError(() => {})
    await receiver.receive(signDelivery(sonzai(), { secret }))
    await expect.poll(async () => (await inbox.stats()).counts.dead).toBe(1)
    await inbox.stop()
    const cwd = await temporaryFolder()
    const args = ['watch', '--inbox', databaseUrl, '--schema', schema, '--queue', queue, '--once']
    expect(await runHere(args, { cwd })).toMatchObject({ code: 1, stdout: expect.stringContaining('1 dead event') })
    expect(await runHere(args, { cwd })).toMatchObject({ code: 1, stdout: '' })
    const asked = await runHere([...args, '--space', '10%'], { cwd })
    expect(asked).toMatchObject({ code: 3, stderr: expect.stringContaining('PostgreSQL does not tell its space') })
  })
})

describeRedis('watch over Redis', (suite) => {
  it('from the command line leaves space out where nothing tells', async () => {
    await suite.open()
    const args = ['watch', '--inbox', suite.server.url, '--once']
    const cwd = await temporaryFolder()
    expect(await runHere(args, { cwd })).toMatchObject({ code: 0, stderr: 'no alert is raised\n' })
    const asked = await runHere([...args, '--space', '10%'], { cwd })
    expect(asked).toMatchObject({ code: 3, stderr: expect.stringContaining('Redis with maxmemory') })
    await suite.server.client.config('SET', 'maxmemory', '3mb')
    onTestFinished(async () => void (await suite.server.client.config('SET', 'maxmemory', '0')))
    const told = await runHere([...args, '--space', '90%'], { cwd })
    expect(told).toMatchObject({ code: 1, stdout: expect.stringContaining('the store has') })
  })

  it('tells once, from one of three processes', async () => {
    const engines = [await suite.open(), await suite.open(), await suite.open()]
    await checkWatching(() => engines.pop()!)
  })

  it('tells how much of maxmemory is left, or that nothing tells', async () => {
    const engine = await suite.open()
    await expect(engine.spaces!()).rejects.toMatchObject({ code: 'INBOX_UNSUPPORTED' })
    const errors: unknown[] = []
    const watching = watch(engine, {
      rules: { spaceBelow: 0.5 },
      everyMs: 0,
      notify() {},
      onError: (error) => errors.push(error),
    })
    expect(await watching.check()).toEqual([])
    expect(errors).toMatchObject([{ code: 'WATCH_RULE_FAILED' }])
    await suite.server.client.config('SET', 'maxmemory', '1gb')
    expect(await engine.spaces!()).toMatchObject([{ of: 'store', totalBytes: Math.floor(2 ** 30 * 0.9) }])
    await suite.server.client.config('SET', 'maxmemory', '3mb')
    expect(await watching.check()).toMatchObject([{ rule: 'space' }])
    await suite.server.client.config('SET', 'maxmemory', '0')
  })
})
