import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFingerprints } from './fingerprint.ts'

describe('createFingerprints', () => {
  it('gives equal keys equal fingerprints, and others others', () => {
    const toFingerprint = createFingerprints()
    const key = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\ud800', '\udc00', '\ufffd', '\u0100', '=') })
    fc.assert(
      fc.property(key, key, (one, other) => {
        const [first, second] = [one, other].map((text) => toFingerprint(text).slice(0, 12))
        expect(first === second).toBe(one === other)
        expect(first).toMatch(/^[\0-\xff]{12}$/)
      }),
      { numRuns: 1000 },
    )
  })

  it('keeps a lone surrogate and its escape apart', () => {
    const toFingerprint = createFingerprints()
    const texts = ['\ud800', '\ufffd', String.raw`\ud800`, String.raw`"\ud800"`, '\udfff']
    expect(new Set(texts.map(toFingerprint)).size).toBe(texts.length)
  })

  it('differs between guards, so that nobody can look for collisions', () => {
    expect(createFingerprints()('a')).not.toBe(createFingerprints()('a'))
  })
})
