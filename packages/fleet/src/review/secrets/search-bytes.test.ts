import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomSecrets } from './random-secret.test.ts'
import { searchBytes, type LocatedSecret } from './search-bytes.ts'

const [key] = fc.sample(randomSecrets['GitHub token']!, { numRuns: 1, seed: 11 }).map(({ text }) => text) as [string]

function search(bytes: Uint8Array): { readonly found: LocatedSecret[]; readonly steps: number } {
  const steps = [...searchBytes(bytes)]
  return { found: steps.filter((step) => step !== undefined), steps: steps.length }
}

const written: Readonly<Record<string, (text: string) => string | Uint8Array>> = {
  plain: (text) => text,
  'UTF-16': (text) => Buffer.from(text, 'utf16le'),
  escapes: (text) =>
    text.replaceAll(/[^]/g, (unit) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 of base64': (text) => Buffer.from(Buffer.from(text).toString('base64')).toString('base64'),
  hexadecimal: (text) => Buffer.from(text).toString('hex'),
}

describe('searchBytes', () => {
  it.each(Object.entries(written))('finds a key once wherever it is: %s', (form, write) => {
    fc.assert(
      fc.property(fc.nat(40_000), fc.constantFrom(' word', '\n', 'é\n', '. '), (length, filler) => {
        const before = Buffer.from(filler.repeat(Math.ceil(length / filler.length)))
        const bytes = Buffer.concat([before, Buffer.from(' '), Buffer.from(write(key)), Buffer.from(`\n${filler}`)])
        const { found } = search(bytes)
        expect(found).toMatchObject([{ kind: 'GitHub token', form: form === 'plain' ? '' : form }])
        if (form !== 'UTF-16') expect(found[0]!.line).toBe(before.toString('latin1').split('\n').length)
      }),
      { numRuns: 60 },
    )
  })

  it('finds a key within a long value, wherever it is', () => {
    fc.assert(
      fc.property(fc.nat(40_000), fc.constantFrom('base64', 'hex'), (length, encoding) => {
        const bytes = Buffer.from(
          Buffer.from(`${'word '.repeat(length / 5)}${key} ${'word '.repeat(999)}`).toString(encoding as 'hex'),
        )
        expect(search(bytes).found).toMatchObject([{ kind: 'GitHub token', line: 1 }])
      }),
      { numRuns: 60 },
    )
  })

  it('counts every key once', () => {
    const keys = fc.sample(randomSecrets['GitHub token']!, { numRuns: 2_000, seed: 5 }).map(({ text }) => text)
    const lines = keys.map((text, index) => (index % 2 === 0 ? text : Buffer.from(text).toString('base64')))
    const { found } = search(Buffer.from(lines.join('\n')))
    expect(found.map(({ line }) => line)).toEqual(keys.map((_, index) => index + 1))
  })

  it('reads any bytes', () => {
    const parts = fc.constantFrom(
      '\0',
      '\\',
      '\\u',
      '%',
      '&#',
      '=',
      '\n',
      'sk-',
      'eyJ',
      '\u200b',
      key,
      '73',
      'c2st',
      '/',
    )
    const text = fc.array(fc.oneof(parts, fc.string({ maxLength: 8 })), { maxLength: 60 }).map((all) => all.join(''))
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      text.map((each) => Buffer.from(each)),
    )
    fc.assert(
      fc.property(bytes, (each) => {
        for (const { line, form } of search(each).found) {
          expect(line).toBeGreaterThan(0)
          expect(form).not.toContain(key)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  const encoded = (text: string) => `${Buffer.from(text).toString('base64')} `
  it.each([
    ['base64 of base64', encoded(encoded('key@ token: a1B2c3'))],
    ['base64 in paths', `${encoded('token: a1B2c3D4e5F6').trim()}/`],
    ['base64 in lines', `${'a'.repeat(32)}\n`],
    ['base64 of escapes', encoded(String.raw`\u0073%25&#115;\n`)],
    ['hexadecimal', `${'73'.repeat(16)} `],
    ['escapes of escapes', String.raw`\\u005cu0073`],
    ['percent-encoding', '%2525'],
    ['invisible characters', 'a\u200b'],
    ['UTF-16', 'a\0'],
    ['line ends', '\n'],
    ['plain keys', `${key} `],
  ])('takes a number of steps that is linear in the size: %s', (_, piece) => {
    const steps = (size: number) => search(Buffer.from(piece.repeat(Math.ceil(size / piece.length)))).steps
    const [once, twice] = [steps(48 * 1024), steps(96 * 1024)]
    expect(twice).toBeLessThan(2.2 * once + 10)
    // A step is a look at one piece, or at one decoded value of at least 20 characters.
    expect(twice).toBeLessThan(96 * 1024)
  })
})
