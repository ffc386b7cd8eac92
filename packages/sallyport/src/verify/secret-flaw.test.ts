import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReceiver } from '../receive/receiver.ts'
import { createVerifier } from './verify.ts'
import { findSecretFlaw } from './secret-flaw.ts'
import { sonzai } from '../providers/sonzai.ts'
import { stripe } from '../providers/stripe.ts'
import { signDelivery } from '../testing/sign-delivery.ts'

describe('findSecretFlaw', () => {
  it.each([
    ['whsec_abc\n', 'has a trailing newline; remove it (echo adds one)'],
    ['whsec_abc\r\n', 'has a trailing newline; remove it (echo adds one)'],
    [' whsec_abc', 'begins with white space; remove it'],
    ['whsec_abc\t', 'ends with white space; remove it'],
    ['whsec_abc\u00a0', 'ends with white space; remove it'],
    ['"whsec_abc"', 'has quotes around it; remove them'],
    ["'whsec_abc'", 'has quotes around it; remove them'],
    ['“whsec_abc”', 'has quotes around it; remove them'],
    ['\ufeffwhsec_abc', 'begins with a byte order mark; save it as UTF-8 without one'],
    ['w\0h\0s\0', 'contains NUL characters, as of UTF-16; save it as UTF-8'],
    ['\ufffd\ufffdw', 'contains replacement characters (U+FFFD); save it as UTF-8'],
  ])('names the flaw of %j', (secret, flaw) => expect(findSecretFlaw(secret)).toBe(flaw))

  it.each([
    '',
    'whsec_abc',
    '-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n',
    "It's a Secret to Everybody",
    '"half',
    'a"b',
    'Bearer abc',
    'Bearer "sent verbatim"',
    'Geheimnis mit Ümlaut',
  ])('finds none in %j', (secret) => expect(findSecretFlaw(secret)).toBeUndefined())

  it('never repeats the secret', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{12,40}$/), fc.constantFrom('\n', ' ', '"'), (secret, edge) => {
        expect(findSecretFlaw(edge + secret + edge)).not.toContain(secret)
      }),
    )
  })
})

describe('a secret with white space or quotes around it', () => {
  const secret = 'whsec_abcdef'
  const message = 'secret for stripe has a trailing newline; remove it (echo adds one)'

  it.each([
    ['createReceiver', createReceiver],
    ['createVerifier', createVerifier],
  ] as const)('throws in %s, naming the fix', (_name, create) => {
    expect(() => create(stripe(), { secret: `${secret}\n` })).toThrow(
      expect.objectContaining({ code: 'SECRET_INVALID', message }),
    )
    expect(() => create(stripe(), { secret: [secret, `'${secret}'`] })).toThrow(
      'secret "secret-2" for stripe has quotes around it; remove them',
    )
    expect(() => create(stripe(), { secret: [{ id: 'old', secret: ` ${secret}` }] })).toThrow(
      'secret "old" for stripe begins with white space; remove it',
    )
  })

  it.each([
    ['alone', `${secret}\n`],
    ['with a tenant', { tenant: 'a', secrets: `${secret}\n` }],
  ])('is a failure of its resolver, %s', async (_how, answer) => {
    const errors: unknown[] = []
    const receiver = createReceiver(stripe(), { secret: () => answer }).onError((error) => errors.push(error))
    expect(await receiver.receive(signDelivery(stripe(), { secret }))).toMatchObject({
      status: 503,
      code: 'SECRET_RESOLVER_FAILED',
    })
    expect(errors).toEqual([expect.objectContaining({ code: 'SECRET_RESOLVER_FAILED', message })])
  })

  it('throws as a value of a required header', () => {
    for (const authorization of ['Bearer abc\n', ' abc', ['ok', '"abc"']]) {
      expect(() => sonzai({ authorization })).toThrow(
        expect.objectContaining({
          code: 'SECRET_INVALID',
          message: expect.stringMatching(/^the value required in header "authorization" (?:has|begins)/),
        }),
      )
    }
  })
})
