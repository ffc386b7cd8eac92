import { describe, expect, it } from 'vitest'
import type { ReplayGuardSubject } from './subject.ts'
import { minimumMs, retentionMs, useGuards } from './test-guards.ts'

/** Claims and events end, by the clock of the store. */
export function checkPassingTime(subject: ReplayGuardSubject): void {
  const useGuard = useGuards(subject)
  const { leaseMs } = subject
  const second = 1_000

  it('remembers an event for its retention', async () => {
    const { guard, terms, pass } = useGuard()
    const first = terms()
    await guard.claim('a', first)
    await guard.commit('a', first)
    await pass(retentionMs - 60 * second)
    expect(await guard.claim('a', terms())).toBe('duplicate')
    await pass(61 * second)
    expect(await guard.claim('a', terms())).toBe('claimed')
  })

  it('ends a claim whose process died', async () => {
    const { guard, open, terms, pass } = useGuard()
    const end = leaseMs ?? retentionMs
    await guard.claim('a', terms())
    await pass(end / 2)
    expect(await open().claim('a', terms())).toBe('pending')
    await pass(end / 2 + second)
    expect(await open().claim('a', terms())).toBe('claimed')
    expect(await guard.claim('a', terms())).toBe('pending')
  })

  it('keeps a late commit and a late release from a later claim', async () => {
    const { guard, open, terms, pass } = useGuard()
    const [late, later] = [terms(), terms()]
    await guard.claim('a', late)
    await pass((leaseMs ?? retentionMs) + second)
    const other = open()
    expect(await other.claim('a', { ...later, now: terms().now })).toBe('claimed')
    await guard.commit('a', late)
    expect(await guard.claim('a', terms())).toBe('pending')
    await guard.release('a', late)
    expect(await guard.claim('a', terms())).toBe('pending')
    await other.release('a', later)
    expect(await guard.claim('a', terms())).toBe('claimed')
  })

  describe.runIf(leaseMs !== undefined)('of a shared store', () => {
    it('remembers an event whose claim ended before its commit', async () => {
      const { guard, open, terms, pass } = useGuard()
      const late = terms()
      await guard.claim('a', late)
      await pass(leaseMs! + second)
      await guard.commit('a', late)
      expect(await open().claim('a', terms())).toBe('duplicate')
    })

    it('ignores the clocks of hosts', async () => {
      const { guard, open, terms } = useGuard()
      const [slow, fast] = [terms(), terms()]
      const day = 86_400_000
      await guard.claim('a', { ...slow, now: slow.now - day })
      expect(await open().claim('a', { ...fast, now: fast.now + day })).toBe('pending')
      await guard.commit('a', { ...slow, now: slow.now - day })
      expect(await open().claim('a', { ...fast, now: fast.now + day })).toBe('duplicate')
    })
  })

  it('remembers events of receivers with other terms for their own time', async () => {
    const { guard, terms, pass } = useGuard()
    const [short, long] = [{ ...terms(), retentionMs: minimumMs }, terms()]
    await guard.claim('short', short)
    await guard.commit('short', short)
    await guard.claim('long', long)
    await guard.commit('long', long)
    await pass(minimumMs + second)
    expect(await guard.claim('long', terms())).toBe('duplicate')
    expect(await guard.claim('short', terms())).toBe('claimed')
  })
}
