import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findSilent, type Arrivals } from './silent.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs
// A Thursday at noon.
const noon = Date.UTC(2026, 10, 26, 12)

/** One delivery in each minute of the past that `isBusy` takes, until the silence began. */
function arrivals(
  isBusy: (time: Date, minute: number) => boolean,
  days: number,
  silentMs: number,
  now = noon,
): Arrivals[] {
  const rows: Arrivals[] = []
  for (let minute = now - days * dayMs; minute <= now - silentMs; minute += minuteMs)
    if (isBusy(new Date(minute), minute / minuteMs)) rows.push({ minute, provider: 'acme', count: 2 })
  return rows
}

const always = (): boolean => true
const tenth = (_time: Date, minute: number): boolean => minute % 10 === 0
const isOpen = (time: Date): boolean => time.getUTCHours() >= 8 && time.getUTCHours() < 20
const isWorkday = (time: Date): boolean => isOpen(time) && time.getUTCDay() >= 1 && time.getUTCDay() <= 5

describe('findSilent', () => {
  it('finds a sender that stopped', () => {
    expect(findSilent(arrivals(always, 8, 20 * minuteMs), noon)).toEqual([
      { provider: 'acme', lastAt: noon - 20 * minuteMs, forMs: 20 * minuteMs, usualPerHour: expect.closeTo(114, 0) },
    ])
  })

  it.each([
    ['sends', arrivals(always, 8, 0)],
    ['stopped minutes ago', arrivals(always, 8, 10 * minuteMs)],
    ['sends every ten minutes, half an hour ago', arrivals(tenth, 8, 30 * minuteMs)],
    ['is new', arrivals(always, 1, 2 * hourMs)],
    ['never sent', []],
    ['sends once a day', arrivals((time) => time.getUTCHours() === 9 && time.getUTCMinutes() === 0, 8, 4 * hourMs)],
    [
      'sends a batch at night',
      arrivals((time) => time.getUTCHours() === 2 && time.getUTCMinutes() < 20, 8, 3 * hourMs),
    ],
    ['sends twice a day, for two days', arrivals((_time, minute) => minute % 700 === 0, 8, 2 * dayMs)],
  ])('finds none that %s', (_what, rows) => {
    expect(findSilent(rows, noon)).toEqual([])
  })

  it('takes no night for a silence', () => {
    const evening = noon + 9 * hourMs
    expect(findSilent(arrivals(isOpen, 8, hourMs, evening), evening)).toEqual([])
    const morning = noon + 20 * hourMs + 10 * minuteMs
    expect(findSilent(arrivals(isOpen, 8, 12 * hourMs, morning), morning)).toEqual([])
    // It should have begun two hours ago.
    const late = noon + 22 * hourMs
    expect(findSilent(arrivals(isOpen, 8, 14 * hourMs, late), late)).toHaveLength(1)
  })

  it('takes no weekend for a silence, and finds one on Monday', () => {
    const saturday = noon + 2 * dayMs
    expect(findSilent(arrivals(isWorkday, 8, 40 * hourMs, saturday), saturday)).toEqual([])
    const monday = noon + 4 * dayMs
    expect(findSilent(arrivals(isWorkday, 8, 2 * hourMs, monday), monday)).toHaveLength(1)
  })

  it('finds a sender every ten minutes after two hours', () => {
    expect(findSilent(arrivals(tenth, 8, 2 * hourMs), noon)).toHaveLength(1)
  })

  it('finds none before a sender sent anything on two other days', () => {
    expect(findSilent(arrivals(always, 1.5, hourMs), noon)).toEqual([])
    expect(findSilent(arrivals(always, 3, hourMs), noon)).toHaveLength(1)
  })

  it('answers for any past', () => {
    const row = fc.record({
      minute: fc.integer({ min: -20_000, max: 100 }).map((minute) => noon + minute * minuteMs),
      provider: fc.constantFrom('a', 'b', '__proto__'),
      count: fc.nat(5),
    })
    fc.assert(
      fc.property(fc.array(row, { maxLength: 300 }), (rows) => {
        for (const { forMs, usualPerHour, lastAt } of findSilent(rows, noon)) {
          expect(forMs).toBe(noon - lastAt)
          expect(forMs).toBeGreaterThanOrEqual(15 * minuteMs)
          expect(usualPerHour).toBeGreaterThan(0)
        }
      }),
    )
  })
})
