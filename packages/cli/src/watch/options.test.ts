import { usualRules } from 'sallyport/watch'
import { describe, expect, it } from 'vitest'
import { amountOfSpace, ruleName, silentProvider, toWatchRules } from './options.ts'

describe('the rules of sallyport watch', () => {
  it('are the usual ones beside a store', () => {
    const { silentAgainstPast, oldestWaitingMs, deadLettersAbove, spaceBelow } = usualRules
    const usual = { silentAgainstPast, oldestWaitingMs, deadLettersAbove }
    expect(toWatchRules({}, true)).toEqual({ ...usual, spaceBelow })
    expect(toWatchRules({}, false)).toEqual(usual)
  })

  it('are those of the flags, without those left out', () => {
    const given = { silent: { stripe: 1 }, oldest: 2, dead: 3, space: 0.4, without: ['against-past'] }
    expect(toWatchRules(given, false)).toEqual({
      silentForMs: { stripe: 1 },
      oldestWaitingMs: 2,
      deadLettersAbove: 3,
      spaceBelow: 0.4,
    })
    expect(toWatchRules({ ...given, without: ['space', 'oldest'] }, true)).toEqual({
      silentForMs: { stripe: 1 },
      silentAgainstPast: true,
      deadLettersAbove: 3,
    })
  })

  it('are parsed', () => {
    expect(silentProvider('stripe=6h', { github: 1 })).toEqual({ github: 1, stripe: 21_600_000 })
    expect(['10%', '500MB', '1.5GB'].map(amountOfSpace)).toEqual([0.1, 500e6, 1.5e9])
    expect(ruleName('dead', ['space'])).toEqual(['space', 'dead'])
  })

  it.each(['stripe', '=6h', 'stripe=', 'stripe=6', 'stripe=0s'])('take no silence of %j', (text) => {
    expect(() => silentProvider(text)).toThrow('Use a')
  })

  it.each(['', '10', '0%', '100%', '-1GB', '1TB', '1e3MB'])('take no space of %j', (text) => {
    expect(() => amountOfSpace(text)).toThrow('Use a part below 100%')
  })
})
