import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseSignatureHeader, type SignatureForm } from './signed-claim.ts'

const fields: SignatureForm = { form: 'fields', separator: ',', signature: 'v1', timestamp: 't' }
const semicolons: SignatureForm = { ...fields, separator: ';' }
const list: SignatureForm = { form: 'list', separator: ' ', prefix: 'v1,' }
const single: SignatureForm = { form: 'single', prefix: 'sha256=' }

describe('parseSignatureHeader', () => {
  it.each([
    ['t=1,v1=a', fields, { signatures: ['a'], timestamp: '1' }],
    ['v1=a,t=1,v1=b,v0=c', fields, { signatures: ['a', 'b'], timestamp: '1' }],
    ['t=1, v1=a', fields, { signatures: ['a'], timestamp: '1' }],
    ['t=1,v1=a=b', fields, { signatures: ['a=b'], timestamp: '1' }],
    ['v1,a v1a,b v1,c', list, { signatures: ['a', 'c'] }],
    ['sha256=abc', single, { signatures: ['abc'] }],
  ] as const)('reads %j', (value, form, expected) => expect(parseSignatureHeader(value, form)).toEqual(expected))

  it.each([
    ['t=1,t=2,v1=a', fields, 'SIGNATURE_MALFORMED'],
    ['t=1,v1=a,t=1', fields, 'SIGNATURE_MALFORMED'],
    ['t=1,v1=a, t=2,v1=b', fields, 'SIGNATURE_MALFORMED'],
    ['t=1,v1=a,', fields, 'SIGNATURE_MALFORMED'],
    // A repeated header that a host joined: a comma there, another separator here.
    ['t=1;v1=a, t=1;v1=a', semicolons, 'SIGNATURE_MALFORMED'],
    ['t=1;v1=a;v0=b, t=1;v1=a;v0=b', semicolons, 'SIGNATURE_MALFORMED'],
    ['t=1,=a', fields, 'SIGNATURE_MALFORMED'],
    ['deadbeef', fields, 'SIGNATURE_MALFORMED'],
    ['t=1', fields, 'SIGNATURE_MISSING'],
    ['t=1,V1=a', fields, 'SIGNATURE_MISSING'],
    ['v1=a', fields, 'TIMESTAMP_MISSING'],
    ['v2,a', list, 'SIGNATURE_MISSING'],
    ['v1,a, v1,a', list, 'SIGNATURE_MALFORMED'],
    ['sha1=abc', single, 'SIGNATURE_MALFORMED'],
    [`t=1${',v1=a'.repeat(17)}`, fields, 'SIGNATURE_MALFORMED'],
  ] as const)('refuses %j', (value, form, code) =>
    expect(parseSignatureHeader(value, form)).toEqual({ ok: false, code }),
  )

  it('never throws for any header', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: fc.constantFrom('t', 'v1', '=', ',', ' ', '1', 'a', 'v1,', '__proto__') }),
    )
    fc.assert(
      fc.property(text, fc.constantFrom(fields, list, single), (value, form) => {
        const found = parseSignatureHeader(value, form)
        if ('code' in found) expect(found.ok).toBe(false)
        else expect(found.signatures.length).toBeGreaterThan(0)
      }),
      { numRuns: 1000 },
    )
  })
})
