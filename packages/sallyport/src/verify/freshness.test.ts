import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseTimestamp } from './freshness.ts'

describe('parseTimestamp', () => {
  it.each([
    ['1700000000', 'seconds', 1_700_000_000_000],
    [1_700_000_000, 'seconds', 1_700_000_000_000],
    ['0', 'seconds', 0],
    ['1700000000123', 'milliseconds', 1_700_000_000_123],
    ['2026-04-12T08:00:00.000Z', 'iso', Date.UTC(2026, 3, 12, 8)],
    ['2026-04-12T10:00:00+02:00', 'iso', Date.UTC(2026, 3, 12, 8)],
    ['2024-02-29T00:00:00Z', 'iso', Date.UTC(2024, 1, 29)],
  ] as const)('reads %j in %s', (value, unit, expected) => expect(parseTimestamp(value, unit)).toBe(expected))

  it.each([
    '',
    ' ',
    '1700junk',
    ' 1700000000',
    '1700000000 ',
    '-1',
    '+1',
    '01',
    '1.0',
    '1e3',
    '0x10',
    'NaN',
    'Infinity',
    '1_000',
    '12345678901234567890',
    '999999999999999',
    '１７',
    null,
    undefined,
    {},
    [],
    [1],
    true,
    1.5,
    -1,
    Number.NaN,
    Infinity,
    1e21,
  ])('refuses %j as seconds', (value) => expect(parseTimestamp(value, 'seconds')).toBeUndefined())

  it.each([
    '2026-04-12',
    '2026-04-12T08:00Z',
    '2026-04-12T08:00:00',
    '2026-04-12 08:00:00Z',
    '2026-04-12T08:00:00Zjunk',
    '2026-04-12T08:00:00z',
    '2026-02-30T08:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-04-12T25:00:00Z',
    'Sun Apr 12 2026',
    '1700000000',
    17e8,
  ])('refuses %j as ISO 8601', (value) => expect(parseTimestamp(value, 'iso')).toBeUndefined())

  it('never throws, and never reads what it would not write', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.double(), fc.integer(), fc.bigInt().map(String), fc.anything()), (value) => {
        for (const unit of ['seconds', 'milliseconds', 'iso'] as const) {
          const read = parseTimestamp(value, unit)
          if (read === undefined) continue
          expect(Number.isSafeInteger(read) || unit === 'iso').toBe(true)
          if (unit !== 'iso') expect(String(unit === 'seconds' ? read / 1000 : read)).toBe(String(value))
        }
      }),
    )
  })

  it('reads every ISO time JavaScript writes', () => {
    const dates = fc.date({ min: new Date(0), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseTimestamp(date.toISOString(), 'iso')).toBe(date.getTime())
      }),
    )
  })
})
