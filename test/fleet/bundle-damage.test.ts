import { describe, expect, it } from 'vitest'
import { attempt, type Attempt } from '../support/archives/attempt.ts'
import { concat } from '../support/archives/bytes.ts'
import { sum } from '../support/archives/libraries.ts'
import { buildZip, type ArchivePlan } from '../support/archives/zip-builder.ts'

const text = 'some text, some text, some text\n'

/** Small archives that between them hold every kind of record. */
const plans: Readonly<Record<string, ArchivePlan>> = {
  plain: {
    entries: [{ name: 'AGENTS.md', content: text, method: 0 }, { name: 'a/b.md', content: text }, { name: 'c/' }],
  },
  descriptors: {
    entries: [
      { name: 'AGENTS.md', content: text, descriptor: true },
      { name: 'é.md', content: 'x', method: 0, descriptor: { signed: false } },
      { name: 'c.md', content: text, zip64: 'local', descriptor: true },
    ],
    comment: 'a comment',
  },
  zip64: {
    entries: [
      { name: 'AGENTS.md', content: text, zip64: 'both' },
      { name: 'b.md', content: text, zip64: 'local', descriptor: true },
    ],
    zip64: true,
  },
}

const archives = Object.entries(plans).map(([name, plan]) => [name, buildZip(plan)] as const)

function filesOf(outcome: Attempt): unknown {
  if (outcome.code !== 'ACCEPTED') return outcome.code
  return outcome.bundle.files.map(({ path, bytes }) => [path, sum(bytes)])
}

async function countAccepted(variants: readonly Uint8Array[]): Promise<number> {
  const outcomes = await Promise.all(variants.map((variant) => attempt(variant)))
  return outcomes.filter(({ code }) => code === 'ACCEPTED').length
}

describe.each(archives)('readBundle with a damaged archive: %s', (_name, bytes) => {
  const places = Array.from(bytes.keys())

  it('reads the undamaged archive', async () => {
    expect((await attempt(bytes)).code).toBe('ACCEPTED')
  })

  it('rejects it when cut at any byte', async () => {
    expect(await countAccepted(places.map((place) => bytes.subarray(0, place)))).toBe(0)
  })

  it('rejects it when its first bytes are missing', async () => {
    expect(await countAccepted(places.slice(1).map((place) => bytes.subarray(place)))).toBe(0)
  })

  it('rejects it when any one byte is missing', async () => {
    expect(
      await countAccepted(places.map((place) => concat(bytes.subarray(0, place), bytes.subarray(place + 1)))),
    ).toBe(0)
  })

  it.each([0, 0x50, 0xff])('rejects it with an extra byte %i at any place', async (byte) => {
    const variants = [...places, bytes.length].map((place) =>
      concat(bytes.subarray(0, place), Uint8Array.of(byte), bytes.subarray(place)),
    )
    expect(await countAccepted(variants)).toBe(0)
  })

  it('reads the same or rejects it with any bit flipped', async () => {
    const whole = filesOf(await attempt(bytes))
    const flips = places.flatMap((place) => [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => [place, bit] as const))
    const others: unknown[] = []
    let accepted = 0
    for (const [place, bit] of flips) {
      const flipped = bytes.slice()
      flipped[place]! ^= 1 << bit
      const outcome = await attempt(flipped)
      if (outcome.code !== 'ACCEPTED') continue
      accepted++
      if (JSON.stringify(filesOf(outcome)) !== JSON.stringify(whole)) others.push({ place, bit })
    }
    expect(others).toEqual([])
    // Times, versions, permissions and the text of the comment may change.
    expect(accepted / flips.length).toBeLessThan(0.3)
  })

  it('reads the same or rejects it with any byte all 0 or 1', async () => {
    const whole = JSON.stringify(filesOf(await attempt(bytes)))
    for (const place of places) {
      for (const byte of [0, 0xff]) {
        const altered = bytes.slice()
        altered[place] = byte
        const outcome = await attempt(altered)
        if (outcome.code === 'ACCEPTED') expect(JSON.stringify(filesOf(outcome)), `byte ${place}`).toBe(whole)
      }
    }
  })
})

describe('readBundle with a damaged entry', () => {
  // Large entries are decompressed elsewhere while small ones are refused: nothing of that may end the process.
  it('reports one error for a large and a small damaged entry', async () => {
    const large = { name: 'large.txt', content: 'some text\n'.repeat(40_000), data: new Uint8Array(2_000).fill(0xff) }
    const small = { name: 'small.txt', content: text, data: new Uint8Array(20).fill(0xff) }
    const bytes = buildZip({ entries: [{ name: 'AGENTS.md', content: text }, large, small] })
    const unhandled: unknown[] = []
    const notice = (reason: unknown): void => void unhandled.push(reason)
    process.on('unhandledRejection', notice)
    try {
      const codes = await Promise.all(Array.from({ length: 20 }, async () => (await attempt(bytes)).code))
      expect([...new Set(codes)]).toEqual(['DEFLATE_INVALID'])
      // What was begun on the thread pool ends before a later piece of work there does.
      await attempt(buildZip({ entries: [{ name: 'AGENTS.md', content: 'x'.repeat(400_000) }] }))
      await new Promise((resolve) => setImmediate(resolve))
    } finally {
      process.off('unhandledRejection', notice)
    }
    expect(unhandled).toEqual([])
  })
})
