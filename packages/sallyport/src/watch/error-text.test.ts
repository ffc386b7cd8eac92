import { describe, expect, it } from 'vitest'
import { toReason } from './error-text.ts'

describe('toReason', () => {
  it.each([
    ['request to https://hooks.slack.com/services/T0/B0/x failed', 'request to https://hooks.slack.com failed'],
    ['redis://user:word@cache.example.com:6379/0 is down', 'redis://cache.example.com:6379 is down'],
    ['"https://a.example?token=x" and <http://b.example#x>', '"https://a.example" and <http://b.example>'],
    ['connect ECONNREFUSED 127.0.0.1:443', 'connect ECONNREFUSED 127.0.0.1:443'],
    ['', 'it failed'],
  ])('leaves only the host of an address: %j', (message, shown) => {
    expect(toReason(new Error(message))).toBe(shown)
  })

  it('takes what is no error, and what cannot be read', () => {
    const hostile = new Error('x')
    Object.defineProperty(hostile, 'message', {
      get() {
        throw new Error('no')
      },
    })
    for (const thrown of ['a text', undefined, hostile]) expect(toReason(thrown)).toBe('it failed')
  })

  it('is short', () => {
    expect(toReason(new Error('x'.repeat(1_000_000))).length).toBeLessThan(250)
  })
})
