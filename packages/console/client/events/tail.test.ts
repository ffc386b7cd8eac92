import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventRow } from '../../src/api.ts'
import { mergeTail } from './tail.ts'

const row = (id: number, state: EventRow['state'] = 'waiting'): EventRow => ({
  key: `stripe/${id}`,
  state,
  provider: 'stripe',
  type: 'invoice.paid',
  id: String(id),
  attempts: 0,
  storedAt: id,
})

describe('the live tail', () => {
  it('shows the latest page to somebody at the top', () => {
    expect(mergeTail([row(1)], [row(2), row(1)], false)).toEqual({ rows: [row(2), row(1)], fresh: 0 })
  })

  it('counts new events for somebody who reads', () => {
    const { rows, fresh } = mergeTail([row(2), row(1)], [row(4), row(3), row(2, 'done')], true)
    expect(rows).toEqual([row(2, 'done'), row(1)])
    expect(fresh).toBe(2)
  })

  it('does not take older events for new ones', () => {
    // Row 3 left the filter, so an older one moves up from the second page.
    expect(mergeTail([row(3), row(2)], [row(2), row(1)], true)).toEqual({ rows: [row(3), row(2)], fresh: 0 })
  })

  it('moves no row while somebody reads', () => {
    const list = fc.uniqueArray(fc.nat(50)).map((ids) => ids.toSorted((one, other) => other - one).map((id) => row(id)))
    fc.assert(
      fc.property(list, list, (shown, latest) => {
        const { rows } = mergeTail(shown, latest, true)
        if (shown.length > 0) expect(rows.map(({ key }) => key)).toEqual(shown.map(({ key }) => key))
      }),
    )
  })
})
