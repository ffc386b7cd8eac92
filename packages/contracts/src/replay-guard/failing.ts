import { createReceiver, type ReplayGuard } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import { expect, it } from 'vitest'
import type { ReplayGuardSubject } from './subject.ts'
import { claimOrCode, retentionMs, useGuards } from './test-guards.ts'

const secret = 'whsec_contract'

/** Without its store a guard lets nothing pass, and makes nobody wait for long. */
export function checkFailing(subject: ReplayGuardSubject): void {
  const useGuard = useGuards(subject)

  /** Answers of a receiver to one event, again and again. */
  function createEndpoint(replayGuard: ReplayGuard) {
    let handled = 0
    const delivery = signDelivery(sonzai(), { secret, type: 'on_wakeup_ready' })
    const receiver = createReceiver(sonzai(), { secret, replayGuard })
      .on('on_wakeup_ready', () => void handled++)
      .onError(() => {})
    return {
      send: async () => (await receiver.receive(delivery)).code ?? 'ok',
      handled: () => handled,
    }
  }

  it.each(['closed', 'silent'] as const)('answers 503 while the store is %s, then works again', async (how) => {
    const { store, guard, pass } = useGuard({ timeoutMs: 400 })
    await guard.ready?.()
    const { send, handled } = createEndpoint(guard)
    const restore = await subject.interrupt!(store, how)
    for (let count = 0; count < 3; count++) expect(await send()).toBe('REPLAY_GUARD_FAILED')
    expect(await Promise.all([send(), send(), send()])).toEqual(Array(3).fill('REPLAY_GUARD_FAILED'))
    expect(handled()).toBe(0)
    await restore()
    await expect
      .poll(async () => {
        const answer = await send()
        // Over two connections, the store may take a lost claim after its release. It ends with its lease.
        if (answer === 'DELIVERY_IN_PROGRESS') await pass(subject.leaseMs ?? retentionMs)
        return answer
      })
      .toBe('ok')
    expect(handled()).toBe(1)
    expect(await send()).toBe('ok')
    expect(handled()).toBe(1)
  })

  it('remembers an event whose outcome the store could not take', async () => {
    const { store, guard, open, terms } = useGuard({ timeoutMs: 400 })
    const own = terms()
    expect(await guard.claim('a', own)).toBe('claimed')
    const restore = await subject.interrupt!(store, 'closed')
    await expect(guard.commit('a', own)).rejects.toMatchObject({ code: 'REPLAY_GUARD_FAILED' })
    await restore()
    await expect.poll(() => claimOrCode(open(), 'a', terms())).toMatch(/^(pending|duplicate)$/)
  })
}
