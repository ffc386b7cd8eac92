import { expect, it } from 'vitest'
import type { ReplayGuardSubject } from './subject.ts'
import { useGuards } from './test-guards.ts'

/** One claim of an event at a time, and only its holder settles it. */
export function checkClaiming(subject: ReplayGuardSubject): void {
  const useGuard = useGuards(subject)

  it('has a name, and can be used', async () => {
    const { guard } = useGuard()
    await guard.ready?.()
    expect(guard.name).toMatch(/\w/)
  })

  it('answers pending while an event is handled, then duplicate', async () => {
    const { guard, open, terms } = useGuard()
    const first = terms()
    expect(await guard.claim('a', first)).toBe('claimed')
    expect(await open().claim('a', terms())).toBe('pending')
    await guard.commit('a', first)
    expect(await open().claim('a', terms())).toBe('duplicate')
    expect(await guard.claim('b', terms())).toBe('claimed')
  })

  it('forgets an event that was released', async () => {
    const { guard, open, terms } = useGuard()
    const first = terms()
    await guard.claim('a', first)
    await guard.release('a', first)
    expect(await open().claim('a', terms())).toBe('claimed')
  })

  it('lets only the holder of a claim settle it', async () => {
    const { guard, open, terms } = useGuard()
    const first = terms()
    await guard.claim('a', first)
    await open().release('a', terms())
    expect(await guard.claim('a', terms())).toBe('pending')
    await open().commit('a', terms())
    expect(await guard.claim('a', terms())).toBe('pending')
    await guard.commit('a', first)
    await guard.release('a', first)
    expect(await guard.claim('a', terms())).toBe('duplicate')
  })

  it('gives an event to one of 60 claims at once', async () => {
    const { guard, open, terms } = useGuard()
    const guards = [guard, open(), open()]
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, index) => guards[index % 3]!.claim('raced', terms())),
    )
    expect(answers.filter((answer) => answer === 'claimed')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'pending')).toHaveLength(59)
  })

  it('gives a released event to at most one of those that race for it', async () => {
    const { guard, open, terms } = useGuard()
    const guards = [guard, open(), open()]
    for (let round = 0; round < 10; round++) {
      const holder = terms()
      expect(await guard.claim('a', holder)).toBe('claimed')
      const racers = guards.map((one) => ({ one, own: terms() }))
      const racing = racers.map(async ({ one, own }) => one.claim('a', own))
      await guard.release('a', holder)
      const answers = await Promise.all(racing)
      const winners = racers.filter((_, index) => answers[index] === 'claimed')
      expect(winners.length).toBeLessThanOrEqual(1)
      for (const { one, own } of winners) await one.release('a', own)
    }
  })

  it('tells any two keys apart, however long or odd', async () => {
    const { guard, terms } = useGuard()
    const long = 'x'.repeat(10_000)
    const keys = [
      '',
      ' ',
      'a',
      'A',
      'ä',
      'a\u0308',
      '\ud800',
      '\udc00',
      '\ufffd',
      'a\0b',
      "';--",
      long,
      `${long}y`,
      '{"a":1}',
    ]
    for (const key of keys) expect(await guard.claim(key, terms())).toBe('claimed')
    for (const key of keys) expect(await guard.claim(key, terms())).toBe('pending')
  })
}
