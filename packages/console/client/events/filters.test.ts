import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EventQuery } from '../../src/api.ts'
import { readRoute, toHref } from '../route.ts'
import {
  filterNames,
  freezeFilters,
  fromLocalInput,
  readFilters,
  states,
  toFilterLine,
  toFilterQuery,
  toFilterText,
  toLocalInput,
} from './filters.ts'

const text = fc.string({ unit: 'grapheme', minLength: 1 })
const time = fc.oneof(fc.constantFrom('1h', '24h', '7d'), fc.nat({ max: 4e12 }).map(String))
const filters = fc.record(
  { state: fc.constantFrom(...states), provider: text, type: text, since: time, until: time, tenant: text, q: text },
  { requiredKeys: [] },
)

describe('filters', () => {
  it('survive the address', () => {
    fc.assert(
      fc.property(filters, (given) => {
        const { query } = readRoute('/c/', toHref('/c/', 'events', toFilterQuery(given)))
        expect(readFilters(query)).toEqual(given)
      }),
    )
  })

  it('leave out what no filter takes', () => {
    const given = { state: 'broken', since: '3 weeks', until: '1e9', provider: '', key: 'stripe/evt_1', q: 'x' }
    expect(readFilters(given)).toEqual({ q: 'x' })
  })

  it('become fixed times', () => {
    fc.assert(
      fc.property(filters, fc.nat({ max: 4e12 }), (given, now) => {
        const { since, until } = freezeFilters(given, now)
        expect(until).toMatch(/^-?\d+$/)
        if (since !== undefined) expect(since).toMatch(/^-?\d+$/)
      }),
    )
    expect(freezeFilters({ since: '1h' }, 5_000_000)).toEqual({ since: '1400000', until: '5000000' })
  })

  it('are named in words', () => {
    const query: EventQuery = { state: 'dead', since: '24h', provider: 'stripe' }
    expect(toFilterLine(query, String)).toBe('State dead, Sender stripe, Time last 24 h')
    expect(toFilterLine({}, String)).toBe('every event')
    expect(toFilterText('since', '7', String)).toBe('from 7')
    expect(filterNames).toHaveLength(9)
  })

  it('fill an input of local time and read it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000_000 }), (minutes) => {
        const value = String(minutes * 60_000)
        const shown = toLocalInput(value)
        // An hour that a zone has twice is read as its first.
        expect(toLocalInput(fromLocalInput(shown))).toBe(shown)
      }),
    )
    expect(toLocalInput('24h')).toBe('')
    expect(fromLocalInput('')).toBeUndefined()
  })
})
