import { createReceiver, type SecretEntry, type SecretSource } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'
import { describe, expect, it } from 'vitest'

const now = Date.parse('2026-11-30T00:00:00Z')
const day = 86_400_000

function endOf(secret: SecretSource): string | undefined {
  return createReceiver(sonzai(), { secret, now: () => now })
    .describe()
    .secretsEndAt?.toISOString()
}

function ending(...days: (number | Date | undefined)[]): SecretEntry[] {
  return days.map((end, index) => ({
    id: `key-${index}`,
    secret: `whsec_number_${index}`,
    notAfter: typeof end === 'number' ? now + end * day : end,
  }))
}

describe('receiver.describe().secretsEndAt', () => {
  it('is when the last secret ends', () => {
    expect(endOf(ending(3))).toBe('2026-12-03T00:00:00.000Z')
    expect(endOf(ending(-5, 7, new Date(now + 2 * day)))).toBe('2026-12-07T00:00:00.000Z')
  })

  it('counts a secret that is not active yet', () => {
    const later = { id: 'later', secret: 'whsec_later', notBefore: now + day, notAfter: now + 9 * day }
    expect(endOf([...ending(2), later])).toBe('2026-12-09T00:00:00.000Z')
  })

  it('is in the past when all have ended', () => {
    expect(endOf(ending(-5, -2))).toBe('2026-11-28T00:00:00.000Z')
  })

  it('is undefined where a secret has no end', () => {
    expect(endOf('whsec_plain')).toBeUndefined()
    expect(endOf(ending(3, undefined))).toBeUndefined()
    expect(endOf([{ secret: 'whsec_a', notAfter: Infinity }])).toBeUndefined()
  })

  it('ignores a secret that is never active', () => {
    const never = { id: 'never', secret: 'whsec_never', notBefore: now + 9 * day, notAfter: now + 8 * day }
    expect(endOf([...ending(2), never])).toBe('2026-12-02T00:00:00.000Z')
    expect(endOf([never])).toBe('1970-01-01T00:00:00.000Z')
  })

  it('is undefined where a function returns the secrets', () => {
    expect(endOf(() => ending(3))).toBeUndefined()
  })
})
