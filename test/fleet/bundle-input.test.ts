import { readBundle, type BundleLimits } from '@sallyport/fleet'
import { describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { noise } from '../support/archives/bytes.ts'
import { zip } from '../support/archives/hostile/fixture.ts'
import { buildZip } from '../support/archives/zip-builder.ts'
import { defaultLimits } from '../../packages/fleet/src/bundle/limits.ts'

const mebibyte = 1024 * 1024

/** What each default limit refuses. */
const over: readonly (readonly [keyof BundleLimits, () => Uint8Array])[] = [
  [
    'maxArchiveBytes',
    () => zip(...[16, 17].map((size) => ({ name: `${size}`, method: 0, content: noise(size * mebibyte) }))),
  ],
  ['maxEntries', () => zip(...Array.from({ length: 10_000 }, (_, index) => ({ name: `${index}` })))],
  ['maxFileBytes', () => zip({ name: 'a', content: new Uint8Array(33 * mebibyte) })],
  [
    'maxTotalBytes',
    () => zip(...[1, 2, 3, 4, 5].map((number) => ({ name: `${number}`, content: new Uint8Array(30 * mebibyte) }))),
  ],
  ['maxRatio', () => zip({ name: 'a', content: new Uint8Array(17 * mebibyte) })],
  ['ratioFreeBytes', () => zip({ name: 'a', content: new Uint8Array(17 * mebibyte) })],
]

const nonsense = { undefined: undefined, null: null, NaN: Number.NaN, 'a word': 'many', 'an object': {} }

describe('limits of readBundle', () => {
  it.each(over)('reject %s that is not a number', async (limit, build) => {
    const bytes = build()
    // Zeros are over the ratio as well, which is not what this is about.
    const others = limit === 'maxFileBytes' || limit === 'maxTotalBytes' ? { maxRatio: 1032 } : {}
    // Rejected as invalid or replaced by the default: either way the archive is not accepted.
    const accepted: string[] = []
    for (const [name, value] of Object.entries(nonsense)) {
      if (await isRead(bytes, { ...others, [limit]: value })) accepted.push(name)
    }
    expect(accepted).toEqual([])
  })

  it('require the UTF-8 flag by default', async () => {
    const bytes = zip({ name: 'é.md', flags: 0 })
    for (const value of [undefined, null, 0]) {
      expect(await isRead(bytes, { allowUnflaggedUtf8: value } as unknown as BundleLimits)).toBe(false)
    }
  })

  it('have the documented defaults', () => {
    expect(defaultLimits).toEqual({
      maxArchiveBytes: 32 * mebibyte,
      maxEntries: 10_000,
      maxFileBytes: 32 * mebibyte,
      maxTotalBytes: 128 * mebibyte,
      maxRatio: 200,
      ratioFreeBytes: 16 * mebibyte,
      allowUnflaggedUtf8: false,
    })
  })
})

describe('input of readBundle', () => {
  const bytes = zip({ name: 'a.md', content: 'text\n' })

  it('of another type is rejected', async () => {
    const wrong = {
      nothing: undefined,
      null: null,
      number: 7,
      list: [...bytes],
      object: { length: bytes.length },
      date: new Date(0),
    }
    for (const [name, input] of Object.entries(wrong))
      expect(await isRead(input as unknown as Uint8Array), name).toBe(false)
  })

  it('is measured by its bytes, not by the size of a Blob', async () => {
    const blob = new Blob(['small'])
    blob.arrayBuffer = async () => new ArrayBuffer(2000)
    expect((await attempt(blob, { maxArchiveBytes: 1000 })).code).toBe('ARCHIVE_TOO_LARGE')
  })

  it('can be read many times at once', async () => {
    const digests = await Promise.all(Array.from({ length: 20 }, async () => (await readBundle(bytes)).digest))
    expect(new Set(digests).size).toBe(1)
  })

  it('is not modified', async () => {
    const copy = bytes.slice()
    await readBundle(bytes)
    expect(Buffer.compare(bytes, copy)).toBe(0)
  })
})

describe('errors of readBundle', () => {
  it('are the same each time and show no content', async () => {
    const secret = 'sk-secret-content'
    const broken = buildZip({
      entries: [{ name: 'AGENTS.md', content: secret, local: { crc: 1 }, central: { crc: 1 } }],
    })
    const [first, second] = await Promise.all([attempt(broken), attempt(broken)])
    if (first.code === 'ACCEPTED' || second.code === 'ACCEPTED') throw new Error('accepted')
    expect(second.error.message).toBe(first.error.message)
    expect(`${JSON.stringify(first.error)} ${first.error.stack}`).not.toContain(secret)
  })

  it('contain nothing that controls a terminal', async () => {
    const outcome = await attempt(zip({ name: 'a\u001b[31m\u202e\n\u009b.md', flags: 0x0800 }))
    if (outcome.code === 'ACCEPTED') throw new Error('accepted')
    expect(outcome.error.message).not.toMatch(/\p{Cc}|\p{Cf}/u)
  })
})

// Not the bundle itself: a failing assertion would print it.
async function isRead(input: Uint8Array, limits: BundleLimits = {}): Promise<boolean> {
  return readBundle(input, limits).then(
    () => true,
    () => false,
  )
}
