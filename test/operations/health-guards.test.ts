import { createMemoryReplayGuard, createReceiver, SallyportError, anyOf, type ReplayGuard } from 'sallyport'
import { health } from 'sallyport/health'
import { stripe } from 'sallyport/providers/stripe'
import { describe, expect, it } from 'vitest'
import { provider, secret } from '../support/inbox/receivers.ts'

const guardWith = (ready: NonNullable<ReplayGuard['ready']>): ReplayGuard => ({ ...createMemoryReplayGuard(), ready })
const receiverWith = (replayGuard: ReplayGuard) => createReceiver(provider, { secret, replayGuard })

describe('readiness with a replay guard', () => {
  it('follows its store', async () => {
    let failure: unknown
    const guard = guardWith(async () => {
      if (failure !== undefined) throw failure
    })
    const { check } = health({ receivers: [receiverWith(guard)], reuseMs: 0 })
    expect(await check('ready')).toEqual({ status: 'ready', failed: [] })
    failure = new SallyportError('REPLAY_GUARD_FAILED', 'no connection to redis://:password@host')
    expect(await check('ready')).toEqual({
      status: 'not ready',
      failed: [{ check: 'guard', code: 'REPLAY_GUARD_FAILED', guard: 1 }],
    })
    expect(await check('live')).toEqual({ status: 'live', failed: [] })
    failure = undefined
    expect(await check('ready')).toMatchObject({ status: 'ready' })
  })

  it('shows a full one, and any failure of your own', async () => {
    const full = guardWith(async () => {
      throw new SallyportError('REPLAY_GUARD_FULL')
    })
    const throwing = guardWith(() => {
      throw new TypeError('/home/me/guard.db')
    })
    const other = createReceiver(stripe(), { secret: 'whsec_other', replayGuard: throwing })
    const endpoint = anyOf({ one: receiverWith(full), other })
    expect((await health({ receivers: [endpoint] }).check('ready')).failed).toEqual([
      { check: 'guard', code: 'REPLAY_GUARD_FULL', guard: 1 },
      { check: 'guard', code: 'REPLAY_GUARD_FAILED', guard: 2 },
    ])
  })

  it('asks a guard that hangs once, however many receivers and probes there are', async () => {
    let asked = 0
    const guard = guardWith(() => {
      asked++
      return new Promise(() => {})
    })
    const other = createReceiver(stripe(), { secret: 'whsec_other', replayGuard: guard })
    const { check } = health({ receivers: [receiverWith(guard), other], timeoutMs: 10, reuseMs: 0 })
    for (let round = 0; round < 3; round++) {
      for (const { failed } of await Promise.all(Array.from({ length: 100 }, () => check('ready'))))
        expect(failed).toEqual([{ check: 'guard', code: 'REPLAY_GUARD_FAILED', guard: 1 }])
    }
    expect(asked).toBe(1)
  })

  it('needs none, and nothing of the one in memory', async () => {
    const receivers = [createReceiver(provider, { secret }), createReceiver(provider, { secret, replayGuard: 'off' })]
    expect(await health({ receivers }).check('ready')).toEqual({ status: 'ready', failed: [] })
  })
})
