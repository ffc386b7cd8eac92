import { createHmac, createSecretKey } from 'node:crypto'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createHmacKey, hmacDigest } from './hmac.ts'

describe('hmacDigest', () => {
  it('is what createHmac makes, for any key and message', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(64, 65, 128, 129, 8_191, 8_192, 8_193, 20_000).map((length) => new Uint8Array(length).fill(0xa7)),
    )
    const text = fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)) })
    const pieces = fc.array(fc.oneof(bytes, text), { maxLength: 4 })
    const algorithm = fc.constantFrom('sha1', 'sha256', 'sha512')
    fc.assert(
      fc.property(algorithm, bytes, pieces, (name, secret, message) => {
        const mac = createHmac(name, secret)
        for (const piece of message) typeof piece === 'string' ? mac.update(piece, 'latin1') : mac.update(piece)
        const expected = mac.digest()
        const key = createHmacKey(secret)
        // The second use is the first short way.
        for (let use = 0; use < 3; use++) expect(hmacDigest(name, key, message)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })

  // RFC 4231, test case 2.
  it('is the published one', () => {
    const key = createHmacKey(Buffer.from('Jefe'))
    const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843'
    for (let use = 0; use < 2; use++)
      expect(hmacDigest('sha256', key, ['what do ya want ', 'for nothing?']).toString('hex')).toBe(expected)
  })

  it('gives each call its own bytes', () => {
    const key = createHmacKey(Buffer.from('a'))
    hmacDigest('sha256', key, ['none'])
    const first = hmacDigest('sha256', key, ['one'])
    const copy = Buffer.from(first)
    hmacDigest('sha256', key, ['two'])
    expect(first).toEqual(copy)
  })

  it('takes any secret key, and shows none', () => {
    const secret = Buffer.from('whsec_secret')
    const mac = createHmac('sha256', secret).update('a').digest()
    expect(hmacDigest('sha256', createSecretKey(secret), ['a'])).toEqual(mac)
    const key = createHmacKey(secret)
    for (let use = 0; use < 2; use++) hmacDigest('sha256', key, ['a'])
    expect(inspect(key, { showHidden: true, depth: 9 })).not.toMatch(/inner|outer|77 68 73/)
  })
})
