import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSlicer } from '../../zip/slicer.ts'
import { clipMasked, maskInSlices, maskSecrets, present } from './mask-secrets.ts'
import { randomSecrets } from './random-secret.test.ts'

const secret = fc.oneof(...Object.values(randomSecrets))
const filler = fc.integer({ min: 0, max: 40_000 }).map((length) => 'word\n'.repeat(length / 5))

describe('maskInSlices', () => {
  it('hides what maskSecrets hides, wherever a piece ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(filler, secret), { minLength: 1, maxLength: 3 }), async (parts) => {
        const text = parts.map(([before, { text: written }]) => `${before}\n${written}\n`).join('')
        expect(await maskInSlices(text, createSlicer())).toEqual(maskSecrets(text))
      }),
      { numRuns: 100 },
    )
  })

  it('hides a token that is longer than a piece', async () => {
    const token = `eyJ${'a1B2'.repeat(20)}.eyJ${'c3D4'.repeat(20_000)}.${'e5F6'.repeat(20)}`
    const { text, hidden } = await maskInSlices(`token ${token}\nend`, createSlicer())
    expect(text).toMatch(/^token \[hidden: [^\]]*\]\nend$/)
    expect(hidden).toBe(1)
  })
})

describe.each([
  ['clipMasked', clipMasked],
  ['present', present],
])('%s', (_name, show) => {
  it('shows no part of a secret where the text is cut', () => {
    fc.assert(
      fc.property(
        secret,
        fc.integer({ min: 0, max: 450 }),
        fc.integer({ min: 0, max: 9_000 }),
        (one, before, after) => {
          const text = `${'word '.repeat(before / 5)}\n${one.text}\n${' word'.repeat(after / 5)}`
          expect(show(text, 400)).not.toContain(one.secret.slice(0, 12))
        },
      ),
    )
  })

  it('says how many characters are missing', () => {
    expect(show('a b '.repeat(10_000), 10)).toBe('a b a b a … (39990 more characters)')
    expect(show('a b ', 10)).toBe('a b ')
  })
})
