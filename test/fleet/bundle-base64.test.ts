import { readBundle } from '@sallyport/fleet'
import { LongText } from 'sallyport/provider'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { noise } from '../support/archives/bytes.ts'
import { zip } from '../support/archives/hostile/fixture.ts'
import { defaultLimits } from '../../packages/fleet/src/bundle/limits.ts'

/** Valid archives whose lengths leave 0, 1 and 2 over when divided by 3. */
const archives = [0, 1, 2].map((rest) => {
  const lengths = [0, 1, 2].map((more) => zip({ name: 'a.bin', method: 0, content: noise(100 + more) }))
  return lengths.find(({ length }) => length % 3 === rest)!
})
const texts = archives.map((bytes) => Buffer.from(bytes).toString('base64'))
const [whole, twoPadded, onePadded] = texts as [string, string, string]

/** The letter with the leftover bits of the last group set. */
function withLeftoverBits(text: string, padding: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const index = text.length - padding.length - 1
  return text.slice(0, index) + alphabet[alphabet.indexOf(text[index]!) + 1]! + padding
}

const inserted = (text: string, at: number, extra: string) => text.slice(0, at) + extra + text.slice(at)
const replaced = (text: string, at: number, by: string) => text.slice(0, at) + by + text.slice(at + by.length)

const refused: Readonly<Record<string, string>> = {
  'newline-at-the-end': `${whole}\n`,
  'four-newlines-at-the-end': `${whole}\n\n\n\n`,
  'lines-of-76': whole.match(/.{1,76}/g)!.join('\r\n'),
  'space-first': ` ${whole}`,
  'four-spaces-first': `    ${whole}`,
  'space-inside': inserted(whole, 40, ' '),
  'four-spaces-inside': inserted(whole, 40, '    '),
  'tab-inside': inserted(whole, 40, '\t'),
  'no-break-space-inside': inserted(whole, 40, '\u00a0'),
  'byte-order-mark-first': `\ufeff${whole}`,
  'zero-inside': replaced(whole, 40, '\0'),
  'url-alphabet-dash': replaced(whole, 40, '-'),
  'url-alphabet-underscore': replaced(whole, 40, '_'),
  'padding-missing': onePadded.slice(0, -1),
  'two-paddings-missing': twoPadded.slice(0, -2),
  'one-of-two-paddings-missing': twoPadded.slice(0, -1),
  'padding-extra': `${whole}=`,
  'four-paddings-extra': `${whole}====`,
  'padding-one-too-many': `${onePadded}=`,
  'padding-inside': replaced(whole, 40, '='),
  'padded-group-inside': inserted(whole, 40, 'QQ=='),
  'two-texts-joined': onePadded + whole,
  'text-after-padding': inserted(onePadded, onePadded.length, 'AAAA'),
  'leftover-bits-of-two': withLeftoverBits(onePadded, '='),
  'leftover-bits-of-four': withLeftoverBits(twoPadded, '=='),
  'junk-inside': replaced(whole, 40, '!'),
  'four-junk-characters-inside': inserted(whole, 40, '#$%&'),
  'junk-at-the-end': `${whole}!!!!`,
  'non-ascii-inside': replaced(whole, 40, 'é'),
  'full-width-letter-inside': replaced(whole, 40, '\uff21'),
  'surrogates-inside': replaced(whole, 40, '\u{1f600}'),
  'letter-that-is-cut-to-one-byte': replaced(whole, 40, '\u0141'),
  'one-letter': 'A',
  'three-letters': 'AAA',
  'letter-missing': whole.slice(1),
  'letter-extra': `${whole}A`,
  'paddings-alone': '====',
  'data-url': `data:application/zip;base64,${whole}`,
  'data-url-of-four': `data:application/zip;base64,${whole}`.padStart(4 * Math.ceil((whole.length + 28) / 4), 'd'),
  quoted: `"${whole}"`,
  'percent-encoded': whole.replaceAll('+', '%2B').replaceAll('/', '%2F') + '%3D',
  hex: Buffer.from(archives[0]!).toString('hex').replace(/..$/, '=='),
}

describe('readBundle with base64', () => {
  it.each(texts.map((text, rest) => [rest, text] as const))(
    'reads its bytes (length modulo 3: %i)',
    async (rest, text) => {
      const [ofText, ofBytes] = await Promise.all([readBundle(text), readBundle(archives[rest]!)])
      expect(ofText.digest).toBe(ofBytes.digest)
    },
  )

  it.each(Object.entries(refused))('rejects %s as BASE64_INVALID', async (_name, text) => {
    expect((await attempt(text)).code).toBe('BASE64_INVALID')
  })

  it('rejects text whose bytes are too few', async () => {
    expect((await attempt('AAAA')).code).toBe('ARCHIVE_TOO_SMALL')
    // Canonical for no bytes at all, and mostly a mistake.
    expect(['ARCHIVE_TOO_SMALL', 'BASE64_INVALID']).toContain((await attempt('')).code)
  })

  it('rejects long text before decoding it', async () => {
    // Flat, as it comes out of JSON; a repeated string would be laid out at its first use.
    const text = Buffer.alloc(45 * 1000 * 1000, 'A').toString('latin1')
    const before = process.memoryUsage().arrayBuffers
    expect((await attempt(text)).code).toBe('ARCHIVE_TOO_LARGE')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })

  it('rejects long text even if it is not base64', async () => {
    expect((await attempt('!'.repeat(45 * 1000 * 1000))).code).toBe('ARCHIVE_TOO_LARGE')
    expect((await attempt(' '.repeat(200), { maxArchiveBytes: 100 })).code).toBe('ARCHIVE_TOO_LARGE')
  })

  it('accepts exactly the length of the largest archive', async () => {
    for (const [index, text] of texts.entries()) {
      const { length } = archives[index]!
      expect((await attempt(text, { maxArchiveBytes: length })).code).toBe('ACCEPTED')
      expect((await attempt(text, { maxArchiveBytes: length - 1 })).code).toBe('ARCHIVE_TOO_LARGE')
    }
  })

  it('decodes 31 MB without a stack overflow', async () => {
    const text = 'A'.repeat(4 * Math.floor(defaultLimits.maxArchiveBytes / 3))
    expect((await attempt(text)).code).toBe('END_RECORD_MISSING')
    expect((await attempt(replaced(text, text.length - 2, '!'))).code).toBe('BASE64_INVALID')
  })
})

describe('readBundle with a LongText', () => {
  const toLongText = (text: string): LongText => new LongText(Buffer.from(text, 'latin1'))
  // Longer than what is decoded at once.
  const large = zip({ name: 'a.bin', method: 0, content: noise(200_000) })

  it.each([...archives, large])('reads its bytes (%#)', async (bytes) => {
    const [ofText, ofBytes] = await Promise.all([
      readBundle(toLongText(Buffer.from(bytes).toString('base64'))),
      readBundle(bytes),
    ])
    expect(ofText.digest).toBe(ofBytes.digest)
  })

  it.each(Object.entries(refused))('rejects %s as BASE64_INVALID', async (_name, text) => {
    // Only a byte is a character.
    const cut = text.replaceAll(/[\u0100-\uffff]/g, '!')
    expect((await attempt(toLongText(cut))).code).toBe('BASE64_INVALID')
  })

  it('rejects a foreign character in any slice', async () => {
    const text = Buffer.from(large).toString('base64')
    for (const at of [0, 48 * 1024 - 1, 48 * 1024, 100_001, text.length - 1])
      expect((await attempt(toLongText(replaced(text, at, ' ')))).code).toBe('BASE64_INVALID')
  })

  it('rejects a long one before decoding it', async () => {
    const before = process.memoryUsage().arrayBuffers
    expect((await attempt(toLongText('A'.repeat(200)), { maxArchiveBytes: 100 })).code).toBe('ARCHIVE_TOO_LARGE')
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })
})

describe('readBundle with any text', () => {
  const junk = fc.constantFrom(
    '',
    '=',
    '==',
    '\n',
    ' ',
    '-',
    '_',
    'A',
    'AAAA',
    '\u00e9',
    '\u0141',
    '\uff21',
    '!',
    '\0',
    'QQ==',
  )
  const place = fc.nat({ max: whole.length })

  it('accepts only the one canonical text of the bytes', async () => {
    const edit = fc.record({ text: fc.constantFrom(...texts), at: place, cut: fc.nat({ max: 4 }), insert: junk })
    await fc.assert(
      fc.asyncProperty(edit, async ({ text, at, cut, insert }) => {
        const edited = text.slice(0, at) + insert + text.slice(at + cut)
        const { code } = await attempt(edited)
        const isCanonical = Buffer.from(edited, 'base64').toString('base64') === edited
        expect(code === 'BASE64_INVALID').toBe(!isCanonical)
      }),
      { numRuns: 500, seed: 1 },
    )
  })

  it('accepts any canonical text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 80 }), async (bytes) => {
        const { code } = await attempt(Buffer.from(bytes).toString('base64'))
        expect(code).not.toBe('BASE64_INVALID')
      }),
      { numRuns: 500, seed: 2 },
    )
  })

  it('gives the same result for text and bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: archives[0]!.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const bytes = archives[0]!.slice()
        bytes[at]! ^= mask
        const [ofText, ofBytes] = await Promise.all([attempt(Buffer.from(bytes).toString('base64')), attempt(bytes)])
        expect(ofText.code).toBe(ofBytes.code)
      }),
      { numRuns: 300, seed: 3 },
    )
  })

  it('reads Blob, buffer and part of a buffer alike', async () => {
    const padded = new Uint8Array(archives[0]!.length + 20)
    padded.set(archives[0]!, 7)
    const { digest } = await readBundle(archives[0]!)
    const inputs = [
      whole,
      new Blob([new Uint8Array(archives[0]!)]),
      padded.subarray(7, 7 + archives[0]!.length),
      Buffer.from(archives[0]!),
    ]
    for (const input of inputs) expect((await readBundle(input)).digest).toBe(digest)
  })
})

describe('readBundle with a Blob', () => {
  it('rejects a large one before reading it', async () => {
    const blob = new Blob([new Uint8Array(2000)])
    blob.arrayBuffer = () => Promise.reject(new Error('read all the same'))
    expect((await attempt(blob, { maxArchiveBytes: 1000 })).code).toBe('ARCHIVE_TOO_LARGE')
  })
})
