import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, type ReplayGuard } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { watch, type AlertNotice, type WatchOptions } from 'sallyport/watch'
import { afterAll, describe, expect, it } from 'vitest'
import { createSteeredStore } from '../support/watch/note-store.ts'

const folder = mkdtempSync(join(tmpdir(), 'sallyport-watch-trouble-'))
afterAll(() => rm(folder, { recursive: true }))

const secret = 'whsec_of-a-watch'
const rules = { deadLettersAbove: 0 }

/** A clock that a test moves, what was told, and what went wrong. */
function createScene() {
  const clock = { now: Date.now() }
  const notices: AlertNotice[] = []
  const errors: unknown[] = []
  const options = (more: Partial<WatchOptions> = {}): WatchOptions => ({
    notify: (notice) => void notices.push(notice),
    rules,
    everyMs: 0,
    now: () => clock.now,
    onError: (error) => errors.push(error),
    ...more,
  })
  const told = (): string[] => notices.splice(0).map(({ type, alert }) => `${type.split('.').at(-1)} ${alert.rule}`)
  return { clock, options, told, errors }
}

describe('a hook that never ends', () => {
  it('is called again at the next check', async () => {
    const store = createSteeredStore()
    store.dead = 1
    const { options, errors } = createScene()
    const calls: string[] = []
    const notify = async ({ id }: AlertNotice): Promise<void> => {
      calls.push(id)
      if (calls.length === 1) await new Promise(() => {})
    }
    const watching = watch(store.connect(), options({ notify, sendTimeoutMs: 20 }))
    await watching.check()
    expect(errors).toMatchObject([{ code: 'WATCH_NOT_SENT', message: expect.stringContaining('within 20 ms') }])
    await watching.check()
    await watching.check()
    expect(calls).toHaveLength(2)
    expect(new Set(calls)).toHaveProperty('size', 1)
  })
})

describe('a replay guard', () => {
  const createGuard = (usage: NonNullable<ReplayGuard['usage']>): ReplayGuard => ({
    name: 'a guard',
    claim: () => 'claimed',
    commit() {},
    release() {},
    usage,
  })
  const watchGuard = (options: WatchOptions, usage: NonNullable<ReplayGuard['usage']>) =>
    watch(createReceiver(sonzai(), { secret, replayGuard: createGuard(usage) }), options)

  it('that does not answer hangs no check', async () => {
    const { options, errors } = createScene()
    const guardRules = { replayGuardAbove: 0.9 }
    const watching = watchGuard(options({ rules: guardRules, storeTimeoutMs: 20 }), () => new Promise(() => {}))
    await watching.check()
    expect(errors).toMatchObject([{ code: 'WATCH_RULE_FAILED' }])
  })

  it('that fails leaves its alert as it is', async () => {
    const { options, told, clock } = createScene()
    let isUp = true
    const watching = watchGuard(options({ rules: { replayGuardAbove: 0.9 } }), () => {
      if (!isUp) throw new Error('no connection')
      return { held: 95, capacity: 100 }
    })
    await watching.check()
    isUp = false
    for (let turns = 0; turns < 3; turns++) {
      clock.now += 61_000
      await watching.check()
    }
    expect(told()).toEqual(['raised replay-guard'])
  })
})

describe('an inbox that was stopped', () => {
  it('is no alert', async () => {
    const { options, told, clock, errors } = createScene()
    const receiver = createReceiver(sonzai(), { secret, inbox: join(folder, 'stopped.db') }).onAny(() => {})
    const watching = watch(receiver, options())
    await watching.check()
    await receiver.inbox!.stop()
    for (let turns = 0; turns < 3; turns++) {
      clock.now += 61_000
      await watching.check()
    }
    expect(told()).toEqual([])
    expect(errors).toEqual([])
  })
})

describe('a state that is damaged', () => {
  const alert = { id: 'a', rule: 'dead-letters', subject: 'a store', text: 't', value: 1, limit: 0, raisedAt: 1 }
  const notice = { id: 'n', type: 'sallyport.alert.raised', at: 1, watch: 'watch', alert }
  const state = { format: 1, alerts: [], notices: [], reports: {}, lastAt: {}, since: 1 }
  it.each([
    'null',
    '{',
    { ...state, alerts: [null] },
    { ...state, alerts: [{ ...alert, scope: 5 }] },
    { ...state, notices: [notice] },
    { ...state, notices: [{ ...notice, unsent: ['hook 1'], holder: '', heldUntil: 0, at: 'now' }] },
    { ...state, reports: null },
    { ...state, reports: { one: { at: 1 } } },
    { ...state, lastAt: { stripe: 'yesterday' } },
    { ...state, since: undefined },
  ])('is reported, and nothing changed: %j', async (given) => {
    const store = createSteeredStore()
    const text = typeof given === 'string' ? given : JSON.stringify(given)
    store.notes.set('watch:watch', text)
    store.dead = 1
    const { options, told, errors } = createScene()
    expect(await watch(store.connect(), options()).check()).toEqual([])
    expect(errors).toMatchObject([{ code: 'WATCH_STATE_UNREADABLE' }])
    expect(store.notes.get('watch:watch')).toBe(text)
    expect(told()).toEqual([])
  })
})
