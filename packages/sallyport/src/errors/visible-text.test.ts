import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip, clipVisible, toVisible } from './visible-text.ts'

describe('toVisible', () => {
  it.each([
    ['plain ~ text', 'plain ~ text'],
    ['智能体 エージェント é', '智能体 エージェント é'],
    ['全角\u3000空白', '全角\u3000空白'],
    ['👩‍🔬 ❤️ 1️⃣ 🇨🇳', '👩‍🔬 ❤️ 1️⃣ 🇨🇳'],
    ['a\tb\r\n', 'a\\tb\\r\\n'],
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['\u009b31m', '\\u{9b}31m'],
    ['\u202edesrever', '\\u{202e}desrever'],
    ['zero\u200bwidth\ufeff', 'zero\\u{200b}width\\u{feff}'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['😀\u{e0101}\u{e0102}', '😀\\u{e0101}\\u{e0102}'],
    ['nbsp\u00a0', 'nbsp\\u{a0}'],
    ['hangul\u3164filler', 'hangul\\u{3164}filler'],
    ['\ud83d lone', '\\u{d83d} lone'],
  ])('shows %j as %j', (text, shown) => expect(toVisible(text)).toBe(shown))

  it('returns one line without control characters', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.integer({ max: 0x10ffff, min: 0 }).map((point) => String.fromCodePoint(point)) }),
        (text) => {
          expect(toVisible(text)).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
        },
      ),
    )
  })
})

describe('clip', () => {
  it('keeps short text and never cuts within a character', () => {
    expect(clip('short', 5)).toBe('short')
    expect(clip('longer', 3)).toBe('lon… (3 more characters)')
    expect(clip('ab😀cd', 3)).toBe('ab… (4 more characters)')
  })
})

describe('clipVisible', () => {
  it('equals the clipped whole and counts the rest', () => {
    expect(clipVisible('short', 5)).toBe('short')
    expect(clipVisible('a\nb', 5)).toBe('a\\nb')
    expect(clipVisible('longer', 3)).toBe('lon… (3 more characters)')
    expect(clipVisible('a\u202eb', 4)).toBe('a\\u{… (6 more characters)')
    expect(clipVisible('ab😀cd', 3)).toBe('ab… (4 more characters)')
    expect(clipVisible('x'.repeat(1_000_000), 3)).toBe('xxx… (999997 more characters)')
  })

  it('is bounded by the visible length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, most) => {
        expect(clipVisible(text, most).length).toBeLessThanOrEqual(most + '… (1234567 more characters)'.length)
        if (toVisible(text).length <= most) expect(clipVisible(text, most)).toBe(toVisible(text))
      }),
    )
  })
})

describe('the forms of toVisible', () => {
  it('keep line ends in lines, and nothing else', () => {
    expect(toVisible('a\tb\n\u202ec\r\n', 'lines')).toBe('a\\tb\n\\u{202e}c\\r\n')
  })

  it('leave JSON equal once it is parsed', () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: 'binary' }), (value) => {
        const json = JSON.stringify(value)
        const shown = toVisible(json, 'json')
        expect(JSON.parse(shown)).toEqual(JSON.parse(json))
        expect(shown).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u)
      }),
    )
    expect(toVisible('"tag\u{e0041}"', 'json')).toBe(String.raw`"tag\udb40\udc41"`)
  })
})
