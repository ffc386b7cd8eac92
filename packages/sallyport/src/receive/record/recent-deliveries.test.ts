import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '../reply.ts'
import { RecentDeliveries } from './recent-deliveries.ts'
import type { Kept } from './recorded-delivery.ts'

interface Given {
  readonly bytes: number
  readonly outcome: Outcome
  readonly provider?: string | undefined
  readonly keyId?: string | undefined
}

function keep(order: number, { bytes, outcome, provider = 'acme', keyId }: Given): Kept {
  // The size is read again from a number that a record keeps.
  const delivery = { provider, outcome, status: 200, receivedAt: order, keyId, bodyBytes: bytes } as const
  return { order, bytes, delivery, headerNames: '', headerCount: 0 }
}

/** Bytes kept, and the order of what is kept, by kind. */
function measure(recent: RecentDeliveries) {
  const kinds = new Map<string, { bytes: number; orders: number[] }>()
  for (const { provider, outcome, keyId, bodyBytes = 0, receivedAt } of recent.read()) {
    const { bytes, orders } = kinds.get(`${provider} ${outcome} ${keyId}`) ?? { bytes: 0, orders: [] }
    kinds.set(`${provider} ${outcome} ${keyId}`, { bytes: bytes + bodyBytes, orders: [receivedAt, ...orders] })
  }
  return kinds
}

describe('RecentDeliveries', () => {
  it('has the latest, newest first', () => {
    const recent = new RecentDeliveries(300)
    for (let order = 0; order < 1_000; order++) recent.add(keep(order, { bytes: 100, outcome: 'handled' }))
    expect(recent.read().map(({ receivedAt }) => receivedAt)).toEqual([999, 998, 997])
  })

  it.each([
    ['proven deliveries under a flood of forged ones', { keyId: 'secret-1' }, {}],
    ['a failure under many successes', { outcome: 'failed' }, {}],
    ['a quiet provider beside a loud one', { provider: 'quiet' }, {}],
    ['a delivery under a flood of its copies', { outcome: 'handled' }, { outcome: 'duplicate' }],
  ] as const)('keeps %s', (_what, quiet, loud) => {
    const recent = new RecentDeliveries(1_000)
    for (let order = 0; order < 5; order++) recent.add(keep(order, { bytes: 100, outcome: 'refused', ...quiet }))
    for (let order = 5; order < 1_000; order++) recent.add(keep(order, { bytes: 100, outcome: 'refused', ...loud }))
    const orders = recent.read().map(({ receivedAt }) => receivedAt)
    expect(orders).toEqual([999, 998, 997, 996, 995, 4, 3, 2, 1, 0])
  })

  it('keeps its bound and each kind its share, for any sequence', () => {
    const given = fc.record({
      bytes: fc.integer({ min: 1, max: 20 }),
      outcome: fc.constantFrom<Outcome>('handled', 'refused'),
      provider: fc.constantFrom('acme', 'other'),
      keyId: fc.constantFrom('secret-1', undefined),
    })
    fc.assert(
      fc.property(fc.array(given, { maxLength: 150 }), (deliveries) => {
        const recent = new RecentDeliveries(120)
        let before = measure(recent)
        deliveries.forEach((one, order) => {
          recent.add(keep(order, one))
          const after = measure(recent)
          const sizes = [...after.values()].map(({ bytes }) => bytes)
          expect(recent.bytes).toBe(sizes.reduce((sum, size) => sum + size, 0))
          expect(recent.bytes).toBeLessThanOrEqual(120)
          for (const [kind, { bytes, orders }] of before) {
            const left = after.get(kind) ?? { bytes: 0, orders: [] }
            const old = left.orders.filter((each) => each !== order)
            // The oldest go first, and only from a kind that had the most.
            expect(orders.slice(orders.length - old.length)).toEqual(old)
            if (left.bytes < bytes) expect(left.bytes).toBeGreaterThanOrEqual(Math.max(...sizes) - 20)
          }
          before = after
        })
      }),
    )
  })
})
