import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anyOf, createReceiver, RejectError, type ReplayGuard } from 'sallyport'
import { createInbox, createSqliteEngine, type Inbox } from 'sallyport/inbox'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { watch, type AlertNotice, type WatchOptions, type WatchRules } from 'sallyport/watch'
import { afterAll, afterEach, describe, expect, it } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-watch-'))
const day = 86_400_000
const secret = 'whsec_of-a-watch'
const inboxes: Inbox[] = []
afterEach(async () => void (await Promise.all(inboxes.splice(0).map((inbox) => inbox.stop({ drainMs: 0 })))))
afterAll(() => rm(folder, { recursive: true }))

function open(name: string, { maxBytes, work }: { maxBytes?: number; work?: 'elsewhere' } = {}): Inbox {
  const inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, `${name}.db`), maxBytes }), work })
  inboxes.push(inbox)
  return inbox
}

/** A clock that a test moves, and what was told. */
function createScene() {
  const clock = { now: Date.now() }
  const notices: AlertNotice[] = []
  const options = (rules: WatchRules, more: Partial<WatchOptions> = {}): WatchOptions => ({
    notify: (notice) => void notices.push(notice),
    rules,
    everyMs: 0,
    now: () => clock.now,
    ...more,
  })
  const told = (): string[] => notices.splice(0).map(({ type, alert }) => `${type.split('.').at(-1)} ${alert.text}`)
  return { clock, options, told }
}

const send = (receiver: { receive: ReturnType<typeof createReceiver>['receive'] }, key = secret) =>
  receiver.receive(signDelivery(sonzai(), { secret: key, edit: (body) => ({ ...body, n: Math.random() }) }))

describe('watch over a SQLite inbox', () => {
  it('tells of dead letters once, over restarts and two processes', async () => {
    const { clock, options, told } = createScene()
    const inbox = open('dead')
    const receiver = createReceiver(sonzai(), { secret, inbox }).onAny(() => {
      throw new RejectError('no')
    })
    receiver.onError(() => {})
    const rules = { deadLettersAbove: 0 }
    const first = watch(receiver, options(rules))
    await first.check()
    expect(told()).toEqual([])
    await send(receiver)
    await expect.poll(async () => (await inbox.stats()).counts.dead).toBe(1)
    const other = open('dead')
    await Promise.all([first.check(), watch(other, options(rules)).check()])
    expect(told()).toEqual([`raised ${inbox.name}: 1 dead event; replay or discard them`])
    await send(receiver)
    await expect.poll(async () => (await inbox.stats()).counts.dead).toBe(2)
    clock.now += 61_000
    expect(await watch(other, options(rules)).check()).toHaveLength(1)
    expect(told()).toEqual([])
    await other.discard({})
    for (let turns = 0; turns < 3; turns++) {
      clock.now += 61_000
      await watch(open('dead'), options(rules)).check()
    }
    expect(told()).toEqual([`cleared ${inbox.name}: 1 dead event; replay or discard them`])
  })

  it('tells of events that wait, and of little space', async () => {
    const { clock, options, told } = createScene()
    const inbox = open('waiting', { maxBytes: 200_000 })
    const receiver = createReceiver(sonzai(), { secret, inbox: open('waiting', { work: 'elsewhere' }) })
    const watching = watch(inbox, options({ oldestWaitingMs: 1, spaceBelow: 0.999 }))
    await send(receiver)
    await expect.poll(async () => (await inbox.stats()).oldestPendingMs).toBeGreaterThan(2)
    await watching.check()
    const subjects = watching.alerts().map(({ rule, subject }) => `${rule} ${subject}`)
    expect(subjects).toEqual([
      `oldest-waiting ${inbox.name}`,
      `space ${inbox.name}, disk`,
      `space ${inbox.name}, store`,
    ])
    told()
    await receiver.inbox!.discard({ state: 'pending' })
    for (let turns = 0; turns < 2; turns++) {
      clock.now += 61_000
      await watching.check()
    }
    expect(told()).toEqual([expect.stringMatching(/^cleared .*: the oldest event has been waiting for/)])
  })

  it('tells of a provider that is silent, and when it sends again', async () => {
    const { clock, options, told } = createScene()
    const inbox = open('silent')
    const receiver = createReceiver(sonzai(), { secret, inbox }).onAny(() => {})
    const rules = { silentForMs: { sonzai: 3_600_000, acme: 10 * 3_600_000 } }
    await send(receiver)
    await expect.poll(() => inbox.minutes({ since: 0 })).not.toHaveLength(0)
    await watch(receiver, options(rules)).check()
    clock.now += 3_600_000
    await watch(receiver, options(rules)).check()
    expect(told()).toEqual([])
    clock.now += 121_000
    await watch(receiver, options(rules)).check()
    expect(told()).toEqual(['raised sonzai: no event for 1 hour'])
    // The store has real minutes: it sends now, and the clock of the watch goes back to it.
    clock.now += 8.5 * 3_600_000
    await watch(receiver, options(rules)).check()
    expect(told()).toEqual([])
    clock.now += 3_600_000
    await watch(receiver, options(rules)).check()
    expect(told()).toEqual(['raised acme: no event for 10 hours'])
  })

  it('keeps watches with different names apart', async () => {
    const { options, told } = createScene()
    const inbox = open('names')
    const rules = { spaceBelow: 0.9999 }
    await watch(inbox, options(rules, { name: 'one' })).check()
    await watch(inbox, options(rules, { name: 'two' })).check()
    await watch(inbox, options(rules, { name: 'one' })).check()
    expect(told()).toHaveLength(2)
  })
})

describe('watch over receivers', () => {
  it('tells of signature failures above a rate, and of nothing else', async () => {
    const { clock, options, told } = createScene()
    const receiver = createReceiver(sonzai(), { secret, maxBodyBytes: 5_000 }).onAny(() => {})
    const watching = watch(receiver, options({ signatureFailures: { above: 4, withinMs: 600_000 } }))
    await watching.check()
    for (let n = 0; n < 10; n++) {
      const delivery = signDelivery(sonzai(), { secret, body: `{"n":"${'x'.repeat(6_000)}"}` })
      expect(await receiver.receive(delivery)).toMatchObject({ code: 'BODY_TOO_LARGE' })
      await send(receiver)
    }
    clock.now += 30_000
    await watching.check()
    expect(told()).toEqual([])
    for (let n = 0; n < 5; n++) expect(await send(receiver, 'whsec_another')).toMatchObject({ status: 401 })
    clock.now += 30_000
    await watching.check()
    expect(told()).toEqual(['raised sonzai: 5 deliveries not proven within 10 minutes'])
    for (let turns = 0; turns < 12; turns++) {
      clock.now += 60_000
      await watching.check()
    }
    expect(told()).toEqual(['cleared sonzai: 5 deliveries not proven within 10 minutes'])
  })

  it('adds up what processes with one store count', async () => {
    const { options, told, clock } = createScene()
    const rules = { signatureFailures: { above: 5, withinMs: 600_000 } }
    const processes = [1, 2].map(() => {
      const inbox = open('sum', { work: 'elsewhere' })
      const receiver = createReceiver(sonzai(), { secret, inbox }).onAny(() => {})
      return { receiver, watching: watch(receiver, options(rules)) }
    })
    for (const { watching } of processes) await watching.check()
    for (const { receiver } of processes) for (let n = 0; n < 3; n++) await send(receiver, 'whsec_another')
    clock.now += 30_000
    for (const { watching } of processes) await watching.check()
    expect(told()).toEqual(['raised sonzai: 6 deliveries not proven within 10 minutes'])
  })

  it('tells when the last secret ends, before and after', async () => {
    const { clock, options, told } = createScene()
    const receiver = createReceiver(sonzai(), {
      secret: [
        { id: 'old', secret, notAfter: clock.now + 3 * day },
        { id: 'new', secret: 'whsec_new', notAfter: clock.now + 20 * day },
      ],
    })
    const endless = createReceiver(github(), { secret: 'a secret without an end' })
    const watching = watch(anyOf({ sonzai: receiver, github: endless }), options({ secretEndsWithinDays: 14 }))
    await watching.check()
    expect(told()).toEqual([])
    clock.now += 6.5 * day
    await watching.check()
    expect(told()).toEqual([expect.stringMatching(/^raised sonzai: the last secret ends in 13 days, at 20/)])
    clock.now += 20 * day
    expect((await watching.check()).map(({ subject }) => subject)).toEqual(['sonzai'])
  })

  it('tells when a replay guard is nearly full', async () => {
    const { clock, options, told } = createScene()
    let held = 80
    const replayGuard: ReplayGuard = {
      name: 'a guard',
      claim: () => 'claimed',
      commit() {},
      release() {},
      usage: async () => ({ held, capacity: 100 }),
    }
    const watching = watch(createReceiver(sonzai(), { secret, replayGuard }), options({ replayGuardAbove: 0.9 }))
    for (held of [80, 95, 85, 92]) {
      clock.now += 61_000
      await watching.check()
    }
    expect(told()).toEqual(['raised sonzai: the replay guard is 95 % full'])
    for (held of [10, 10]) {
      clock.now += 61_000
      await watching.check()
    }
    expect(told()).toHaveLength(1)
    expect(() =>
      watch(createReceiver(sonzai(), { secret, replayGuard: 'off' }), options({ replayGuardAbove: 0.9 })),
    ).toThrow('replayGuardAbove cannot work')
  })

  it('tells of a silent provider without an inbox, since it began', async () => {
    const { clock, options, told } = createScene()
    const receiver = createReceiver(sonzai(), { secret }).onAny(() => {
      throw new Error('the handler failed')
    })
    receiver.onError(() => {})
    const watching = watch(receiver, options({ silentForMs: { sonzai: 600_000 } }))
    for (let turns = 0; turns < 30; turns++) {
      clock.now += 60_000
      await send(receiver)
      await watching.check()
    }
    expect(told()).toEqual([])
    for (let turns = 0; turns < 13; turns++) {
      clock.now += 60_000
      await watching.check()
    }
    expect(told()).toEqual([expect.stringMatching(/^raised sonzai: no event for 1\d minutes/)])
  })
})

describe('the timer of a watch', () => {
  it('checks by itself, and stops', async () => {
    const { options, told } = createScene()
    const inbox = open('timer')
    const watching = watch(inbox, options({ spaceBelow: 0.9999 }, { everyMs: 1_000 }))
    await expect.poll(() => watching.alerts().length).toBeGreaterThan(0)
    await watching.stop()
    expect(told().length).toBeGreaterThan(0)
  })
})
