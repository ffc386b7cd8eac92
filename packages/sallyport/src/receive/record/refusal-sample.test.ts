import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Kept } from './recorded-delivery.ts'
import { RefusalSample } from './refusal-sample.ts'

type Code = 'SIGNATURE_MISMATCH' | 'SIGNATURE_MISSING' | 'BODY_TOO_LARGE'

function keep(order: number, code: Code, bytes = 1, provider = 'acme'): Kept {
  const delivery = { provider, outcome: 'refused', status: 401, receivedAt: order, code, bodyBytes: bytes } as const
  return { order, bytes, delivery, headerNames: '', headerCount: 0 }
}

/** Bytes kept by kind. */
function measure(sample: RefusalSample): Map<string, number> {
  const kinds = new Map<string, number>()
  for (const { provider, code, bodyBytes = 0 } of sample.read()) {
    const kind = `${provider} ${code}`
    kinds.set(kind, (kinds.get(kind) ?? 0) + bodyBytes)
  }
  return kinds
}

const orders = (sample: RefusalSample): number[] => sample.read().map(({ receivedAt }) => receivedAt)

describe('RefusalSample', () => {
  it('keeps the first and the latest five of a minute', () => {
    const sample = new RefusalSample(1_000)
    for (let order = 1; order <= 100; order++) sample.add(keep(order, 'SIGNATURE_MISMATCH'), 7)
    expect(orders(sample)).toEqual([100, 99, 98, 97, 96, 5, 4, 3, 2, 1])
    for (let order = 101; order <= 103; order++) sample.add(keep(order, 'SIGNATURE_MISMATCH'), 8)
    expect(orders(sample)).toEqual([103, 102, 101, 100, 99, 98, 97, 96, 5, 4, 3, 2, 1])
  })

  it('keeps a few of one kind under a flood of another', () => {
    const sample = new RefusalSample(50)
    for (let order = 1; order <= 10; order++) sample.add(keep(order, 'SIGNATURE_MISMATCH'), 0)
    for (let order = 11; order <= 10_000; order++) sample.add(keep(order, 'SIGNATURE_MISSING'), order)
    expect(measure(sample)).toEqual(
      new Map([
        ['acme SIGNATURE_MISMATCH', 10],
        ['acme SIGNATURE_MISSING', 40],
      ]),
    )
  })

  it('thins the past of a long flood instead of ending it', () => {
    const sample = new RefusalSample(50)
    for (let order = 0; order < 4_000; order++) sample.add(keep(order, 'SIGNATURE_MISMATCH'), Math.floor(order / 100))
    const minutes = new Set(orders(sample).map((order) => Math.floor(order / 100)))
    expect(minutes.size).toBe(40)
    expect(orders(sample)[0]).toBe(3_999)
  })

  it('drops the oldest minute once each has one', () => {
    const sample = new RefusalSample(3)
    for (let order = 0; order < 5; order++) sample.add(keep(order, 'SIGNATURE_MISMATCH'), order)
    expect(orders(sample)).toEqual([4, 3, 2])
  })

  it('keeps nothing of a refusal that does not fit', () => {
    const sample = new RefusalSample(10)
    sample.add(keep(1, 'SIGNATURE_MISMATCH', 11), 0)
    expect([sample.bytes, orders(sample)]).toEqual([0, []])
  })

  it('keeps its bound and each kind its share, for any sequence', () => {
    const refusal = fc.record({
      code: fc.constantFrom<Code>('SIGNATURE_MISMATCH', 'SIGNATURE_MISSING', 'BODY_TOO_LARGE'),
      provider: fc.constantFrom('acme', 'other'),
      bytes: fc.integer({ min: 1, max: 20 }),
      minute: fc.integer({ min: -3, max: 3 }),
    })
    fc.assert(
      fc.property(fc.array(refusal, { maxLength: 150 }), (refusals) => {
        const sample = new RefusalSample(120)
        let before = new Map<string, number>()
        refusals.forEach(({ code, provider, bytes, minute }, order) => {
          sample.add(keep(order, code, bytes, provider), minute)
          const after = measure(sample)
          expect(sample.bytes).toBe([...after.values()].reduce((sum, size) => sum + size, 0))
          expect(sample.bytes).toBeLessThanOrEqual(120)
          // What gave up had the most: it still has as much as any other, but for its last refusal.
          const most = Math.max(...after.values())
          for (const [kind, size] of before) {
            const left = after.get(kind) ?? 0
            if (kind !== `${provider} ${code}` && left < size) expect(left).toBeGreaterThanOrEqual(most - 20)
          }
          before = after
        })
      }),
    )
  })
})
