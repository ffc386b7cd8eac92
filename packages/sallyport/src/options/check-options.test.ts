import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SallyportError } from '../errors/sallyport-error.ts'
import { allow } from './allow.ts'
import { checkOptions } from './check-options.ts'
import { showGiven } from './show-given.ts'

interface Options {
  readonly region: 'eu' | 'us'
  readonly limit?: number
  readonly key?: string
}

const rules = {
  region: allow.required(allow.oneOf('eu', 'us')),
  limit: allow.integer(1, 10),
  key: allow.secret(allow.filled),
}
const check = (options: unknown) => () => checkOptions<Options>('acme()', options, rules)

describe('checkOptions', () => {
  it('accepts what the rules allow', () => {
    expect(check({ region: 'eu', limit: 10, key: 'k' })).not.toThrow()
    expect(check({ region: 'us', limit: undefined })).not.toThrow()
  })

  it.each([
    [{ region: 'eu', limt: 1 }, 'acme(): unknown option "limt". Did you mean "limit"?'],
    [{ regoin: 'eu' }, 'acme(): unknown option "regoin". Did you mean "region"?'],
    [{}, "acme(): region is missing; pass 'eu' or 'us'"],
    [{ region: null }, "acme(): region must be 'eu' or 'us', not null"],
    [{ region: 'eu', limit: '5' }, "acme(): limit must be an integer from 1 to 10, not '5' (a string)"],
    [{ region: 'eu', limit: 5n }, 'acme(): limit must be an integer from 1 to 10, not 5n'],
    [{ region: 'eu', key: 12_345 }, 'acme(): key must be a string that is not empty, not a number'],
    [['eu'], 'acme(): the options must be an object, not a list'],
    [() => ({}), 'acme(): the options must be an object, not a function'],
    [Object.assign(Object.create(null), { region: 'eu', '\u001b[2J': 1 }), /unknown option "\\u\{1b\}\[2J"/],
  ])('rejects %o', (options, message) => {
    expect(check(options)).toThrow(message)
    expect(check(options)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })

  it('throws its own errors only, whatever is passed', () => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true }), (options) => {
        try {
          checkOptions('acme()', options, rules)
        } catch (error) {
          expect(error).toSatisfy(SallyportError.is)
        }
      }),
    )
  })

  it('never takes a name of the prototype for an option', () => {
    for (const name of ['constructor', 'toString', '__proto__'])
      expect(check(JSON.parse(`{ "region": "eu", "${name}": 1 }`))).toThrow(`unknown option "${name}"`)
  })
})

describe('showGiven', () => {
  it('shows no long text, no URL and no key', () => {
    const secret = fc.oneof(
      fc.string({ minLength: 25 }),
      fc.string().map((text) => `redis://:${text}@h`),
      fc.string().map((text) => `whsec_${text}`),
    )
    fc.assert(fc.property(secret, (text) => showGiven(text) === 'a string'))
  })

  it('shows the kind of whatever may be a secret', () => {
    fc.assert(fc.property(fc.string(), (text) => showGiven(text, true) === 'a string'))
    expect(showGiven(12_345, true)).toBe('a number')
  })

  it('reads nothing that throws', () => {
    const hostile = new Proxy({}, { get: () => expect.fail(), getPrototypeOf: () => expect.fail() })
    expect(showGiven(hostile)).toBe('an object')
  })
})
