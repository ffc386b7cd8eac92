import { createReceiver } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { describe, expect, it } from 'vitest'
import { toRules, usualRules, type WatchRules } from './rules.ts'
import { watch } from './watch.ts'
import { toWatched, type WatchedInbox } from './watched.ts'

const receiver = createReceiver(sonzai(), { secret: 'whsec_a-secret' })
const inbox: WatchedInbox = { name: 'a store', stats: async () => ({ counts: {} }) as never, minutes: async () => [] }
const notify = (): void => {}

describe('the rules of a watch', () => {
  it('are the usual ones that work with what is watched', () => {
    expect(Object.keys(toRules(undefined, toWatched(receiver)))).toEqual([
      'silentAgainstPast',
      'signatureFailures',
      'replayGuardAbove',
      'secretEndsWithinDays',
    ])
    expect(Object.keys(toRules(undefined, toWatched(inbox)))).toEqual([
      'silentAgainstPast',
      'oldestWaitingMs',
      'deadLettersAbove',
    ])
    expect(toRules(usualRules, toWatched([receiver, { ...inbox, spaces: async () => [] }]))).toBe(usualRules)
  })

  it.each<[WatchRules, RegExp]>([
    [{ replayGuardAbove: 0.9 }, /rules\.replayGuardAbove cannot work with what is watched; pass a receiver/],
    [{ signatureFailures: { above: 5, withinMs: 60_000 } }, /rules\.signatureFailures cannot work/],
    [{ secretEndsWithinDays: 14 }, /rules\.secretEndsWithinDays cannot work/],
    [{ spaceBelow: 0.1 }, /rules\.spaceBelow cannot work .* PostgreSQL does not tell/],
  ])('that cannot work with an inbox are an error: %j', (rules, message) => {
    expect(() => watch(inbox, { notify, rules })).toThrow(message)
  })

  it('that cannot work with secrets of a function are an error', () => {
    const resolving = createReceiver(sonzai(), { secret: () => 'whsec_a-secret' })
    const rules = { secretEndsWithinDays: 14 }
    expect(() => watch(resolving, { notify, rules })).toThrow(/rules\.secretEndsWithinDays cannot work .* function/)
    expect(Object.keys(toRules(undefined, toWatched(resolving)))).not.toContain('secretEndsWithinDays')
    expect(toRules(rules, toWatched([resolving, receiver]))).toBe(rules)
  })

  it.each<[unknown, RegExp]>([
    [{}, /rules is empty/],
    [{ silentForMs: {}, silentAgainstPast: false }, /rules is empty/],
    [{ oldestWaiting: 5 }, /unknown option "oldestWaiting"\. Did you mean "oldestWaitingMs"/],
    [{ oldestWaitingMs: 0 }, /rules: oldestWaitingMs must be a number above 0/],
    [{ silentForMs: { stripe: '6h' } }, /silentForMs must be milliseconds by the name of a provider/],
    [{ deadLettersAbove: -1 }, /deadLettersAbove must be an integer from 0/],
    [{ replayGuardAbove: 90 }, /replayGuardAbove must be a share/],
    [{ signatureFailures: { above: 5 } }, /signatureFailures: withinMs is missing/],
  ])('that are wrong are explained: %j', (rules, message) => {
    expect(() => watch([inbox, receiver], { notify, rules: rules as WatchRules })).toThrow(message)
  })

  it.each<[() => unknown, RegExp]>([
    [() => watch([], { notify }), /nothing to watch/],
    [() => watch('events.db' as never, { notify }), /pass what createReceiver, anyOf or createInbox returns, not/],
    [() => watch(inbox, {} as never), /notify is missing/],
    [() => watch(inbox, { notify: [] }), /notify is empty/],
    [() => watch(inbox, { notify, everyMs: 5 }), /everyMs must be 0 or a number from 1000/],
  ])('are checked with the other options', (start, message) => {
    expect(start).toThrow(message)
  })
})
