import { expect, it } from 'vitest'
import type { ReplayGuardSubject } from './subject.ts'
import { claimOrCode, minimumMs, retentionMs, useGuards, type TestGuards } from './test-guards.ts'

/** A guard that is full forgets nothing that a replay needs. */
export function checkFilling(subject: ReplayGuardSubject): void {
  const useGuard = useGuards(subject)

  async function fill({ guard, terms }: TestGuards, ...keys: string[]): Promise<void> {
    for (const key of keys) {
      const own = terms()
      expect(await guard.claim(key, own)).toBe('claimed')
      await guard.commit(key, own)
    }
  }

  it('answers REPLAY_GUARD_FULL instead of letting a replay pass', async () => {
    const guards = useGuard({ capacity: 3 })
    await fill(guards, 'a', 'b', 'c')
    const { guard, open, terms } = guards
    expect(await claimOrCode(guard, 'd', terms())).toBe('REPLAY_GUARD_FULL')
    expect(await claimOrCode(open(), 'd', terms())).toBe('REPLAY_GUARD_FULL')
    expect(await guard.claim('a', terms())).toBe('duplicate')
    expect(await guard.claim('c', terms())).toBe('duplicate')
  })

  it('has room again after a release', async () => {
    const { guard, terms } = useGuard({ capacity: 2 })
    const held = terms()
    await guard.claim('a', terms())
    await guard.claim('b', held)
    expect(await claimOrCode(guard, 'c', terms())).toBe('REPLAY_GUARD_FULL')
    await guard.release('b', held)
    expect(await guard.claim('c', terms())).toBe('claimed')
  })

  it('forgets the oldest event that no replay needs', async () => {
    const guards = useGuard({ capacity: 2 })
    const { guard, terms, pass } = guards
    await fill(guards, 'a')
    await pass(200_000)
    await fill(guards, 'b')
    await pass(minimumMs - 100_000)
    expect(await guard.claim('a', terms())).toBe('duplicate')
    await fill(guards, 'c')
    expect(await guard.claim('b', terms())).toBe('duplicate')
    expect(await claimOrCode(guard, 'a', terms())).toBe('REPLAY_GUARD_FULL')
  })

  it('has room for new events once the old ones are past their time', async () => {
    const guards = useGuard({ capacity: 20 })
    for (let round = 0; round < 3; round++) {
      await fill(guards, ...Array.from({ length: 20 }, (_, index) => `${round} ${index}`))
      expect(await claimOrCode(guards.guard, 'more', guards.terms())).toBe('REPLAY_GUARD_FULL')
      await guards.pass(retentionMs + 1_000)
    }
  })

  it('says how full it is', async () => {
    const guards = useGuard({ capacity: 10 })
    expect(await guards.guard.usage?.()).toEqual({ held: 0, capacity: 10 })
    await guards.guard.ready?.()
    expect(await guards.guard.usage?.()).toEqual({ held: 0, capacity: 10 })
    await fill(guards, 'a', 'b')
    await guards.guard.claim('a', guards.terms())
    expect(await guards.guard.usage?.()).toEqual({ held: 2, capacity: 10 })
  })
}
