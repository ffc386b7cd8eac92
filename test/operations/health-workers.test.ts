import { createReceiver } from 'sallyport'
import { health } from 'sallyport/health'
import { createSqliteEngine, type Engine, type Inbox } from 'sallyport/inbox'
import { describe, expect, it } from 'vitest'
import { provider, secret, useInboxes } from '../support/inbox/receivers.ts'

const { makePath, openInbox } = useInboxes()
const timeoutMs = 20_000

/** Works on an inbox whose engine says how claiming goes. */
async function work(claiming: NonNullable<Engine['claiming']>, place: 'here' | 'elsewhere'): Promise<Inbox> {
  const path = makePath()
  const inbox = openInbox(path, { engine: { ...createSqliteEngine({ path }), claiming }, work: place })
  createReceiver(provider, { secret, inbox }).onAny(() => {})
  if (place === 'elsewhere') await inbox.work()
  else await expect.poll(() => inbox.workStatus().state).not.toBe('starting')
  return inbox
}

describe('health of a worker', () => {
  it('is not ready once claims have failed for longer than maxClaimMs', async () => {
    let failingMs: number | undefined = 30_000
    const inbox = await work(() => ({ failingMs }), 'elsewhere')
    const { check } = health({ inboxes: [inbox], reuseMs: 0, timeoutMs })
    expect(await check('ready')).toEqual({ status: 'ready', failed: [] })
    failingMs = 30_001
    expect(await check('ready')).toEqual({
      status: 'not ready',
      failed: [{ check: 'worker', code: 'WORKER_FAILING', inbox: 1 }],
    })
    expect(await check('live')).toMatchObject({ status: 'live' })
    failingMs = undefined
    expect(await check('ready')).toMatchObject({ status: 'ready' })
  })

  it('stays ready where events are stored too', async () => {
    const inbox = await work(() => ({ failingMs: 1e9 }), 'here')
    expect(await health({ inboxes: [inbox], timeoutMs }).check('ready')).toMatchObject({ status: 'ready' })
  })

  it('does not live once claiming has ended by itself, but while it stops', async () => {
    const inbox = await work(() => ({ hasEnded: true }), 'here')
    const { check } = health({ inboxes: [inbox], timeoutMs })
    expect(await check('live')).toEqual({
      status: 'not live',
      failed: [{ check: 'worker', code: 'WORKER_ENDED', inbox: 1 }],
    })
    const stopping = inbox.stop()
    expect(await check('live')).toEqual({ status: 'live', failed: [] })
    expect(await check('ready')).toMatchObject({ failed: [{ check: 'process', code: 'DRAINING' }] })
    await stopping
  })

  it('is not ready until handlers have begun', async () => {
    const beginning = Promise.withResolvers<void>()
    const path = makePath()
    const engine = { ...createSqliteEngine({ path }), consume: () => beginning.promise }
    const inbox = openInbox(path, { engine })
    createReceiver(provider, { secret, inbox }).onAny(() => {})
    await inbox.ready()
    const { check } = health({ inboxes: [inbox], reuseMs: 0, timeoutMs })
    expect(await check('ready')).toMatchObject({ failed: [{ check: 'worker', code: 'WORKER_STARTING', inbox: 1 }] })
    beginning.resolve()
    await expect.poll(() => check('ready')).toMatchObject({ status: 'ready' })
  })
})
