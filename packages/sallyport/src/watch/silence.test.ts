import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { measure, senders } from '../../../../test/bench/silence.ts'
import { createPast } from './past.ts'
import { isSilent } from './silence.ts'

const minuteMs = 60_000
const hour = 60
const day = 24 * hour
// A Thursday at noon.
const noon = Date.UTC(2026, 10, 26, 12) / minuteMs

/** Minutes with an event before a silence, for so many days. */
function arrivals(isBusy: (minute: number) => boolean, days: number, silence: number, now = noon) {
  const minutes: number[] = []
  for (let minute = now - days * day; minute <= now - silence; minute++) if (isBusy(minute)) minutes.push(minute)
  return { minutes, from: now - days * day }
}

const always = (): boolean => true
const hourOf = (minute: number): number => (minute % day) / hour
// 1970-01-01 was a Thursday.
const weekdayOf = (minute: number): number => (Math.floor(minute / day) + 4) % 7
const isOpen = (minute: number): boolean => hourOf(minute) >= 8 && hourOf(minute) < 18
const isWorkday = (minute: number): boolean => isOpen(minute) && weekdayOf(minute) >= 1 && weekdayOf(minute) <= 5
const nightly = (minute: number): boolean => hourOf(minute) >= 2 && hourOf(minute) < 2.25

const at = (minute: number): number => minute * minuteMs

describe('isSilent', () => {
  it('finds a sender that stopped', () => {
    expect(isSilent(arrivals(always, 15, 16), at(noon))).toBe(true)
    expect(isSilent(arrivals(always, 15, 14), at(noon))).toBe(false)
  })

  it('finds none before a week is known', () => {
    expect(isSilent(arrivals(always, 6, 120), at(noon))).toBe(false)
    expect(isSilent(arrivals(always, 8, 120), at(noon))).toBe(true)
    expect(isSilent({ minutes: [], from: 0 }, at(noon))).toBe(false)
    expect(isSilent({ minutes: [noon - 500], from: noon - 500 }, at(noon))).toBe(false)
  })

  it('takes neither a night nor a weekend for a silence', () => {
    for (let later = 0; later < 4 * day; later += 30) {
      const now = noon + later
      const last = arrivals(isWorkday, 15, 0, now)
      expect(isSilent(last, at(now)), `after ${later} minutes`).toBe(false)
    }
  })

  it('finds a Monday without events', () => {
    const monday = noon + 4 * day
    const silence = monday - (noon + day + 6 * hour)
    expect(isSilent(arrivals(isWorkday, 15, silence, monday), at(monday))).toBe(true)
    // The office opened only now.
    expect(isSilent(arrivals(isWorkday, 15, silence - 4 * hour, monday - 4 * hour), at(monday - 4 * hour))).toBe(false)
  })

  it('finds a nightly batch that did not come', () => {
    const morning = noon - 8 * hour
    expect(isSilent(arrivals(nightly, 15, 100, morning), at(morning))).toBe(false)
    const afternoon = noon + 3 * hour
    expect(isSilent(arrivals(nightly, 15, day, afternoon), at(afternoon))).toBe(true)
  })
})

describe('silence of simulated senders', () => {
  it.each(Object.entries(senders))('has few false alarms, and finds an outage: %s', (_name, sender) => {
    const { alarmsPerMonth, median } = measure(sender, 9, 6)
    expect(alarmsPerMonth).toBeLessThan(2)
    expect(median).toBeLessThan(48)
  })
})

describe('createPast', () => {
  it.each([
    ['a first minute that is none', '["x", "AAAA"]'],
    ['a first minute that cannot be counted from', '[1e300, "AAAA"]'],
    ['half a minute', '[0.5, "AAAA"]'],
    ['more minutes than are kept', `[0, "${'/'.repeat(20_000)}"]`],
    ['minutes that are no text', '[0, 5]'],
    ['nothing', 'null'],
  ])('takes nothing of a text with %s', (_what, packed) => {
    const past = createPast()
    past.note('b', at(noon))
    expect(() => past.addText(`{"a": ["${noon}", "/w=="], "c": ${packed}}`)).toThrow()
    expect(() => past.addText(`{"c": ${packed}}`)).toThrow()
    expect(past.providers()).toEqual(['b'])
  })

  it('keeps minutes in order, whatever order they arrive in', () => {
    const minute = fc.integer({ min: noon - 16 * day, max: noon + 30 })
    const step = fc.record({ noted: fc.array(minute, { maxLength: 5 }), now: fc.option(minute, { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const past = createPast()
        let model: number[] = []
        for (const { noted, now } of steps) {
          for (const each of noted) past.note('a', at(each))
          model = [...new Set([...model, ...noted])]
          if (now !== undefined) past.forget(at(now))
          if (now !== undefined) model = model.filter((each) => each >= now - 15 * day && each <= now + 10)
          expect(past.arrivals('a').minutes).toEqual(model.toSorted((one, other) => one - other))
        }
      }),
    )
  })

  it('keeps what it writes, and forgets what is too old', () => {
    const past = createPast()
    past.noteMinutes([
      { minute: at(noon), provider: 'a', outcome: 'stored', count: 2 },
      { minute: at(noon - 3), provider: 'a', outcome: 'duplicate', count: 1 },
      { minute: at(noon - 1), provider: 'a', outcome: 'handled', count: 1 },
      { minute: at(noon - 9), provider: '__proto__', outcome: 'stored', count: 1 },
      { minute: at(noon - 5), provider: 'b', outcome: 'stored', count: 0 },
    ])
    const other = createPast()
    other.addText(past.toText())
    other.note('a', at(noon - 17 * day))
    expect(other.arrivals('a').minutes).toEqual([noon - 17 * day, noon - 3, noon])
    other.forget(at(noon))
    expect(other.arrivals('a').minutes).toEqual([noon - 3, noon])
    expect(other.arrivals('__proto__').minutes).toEqual([noon - 9])
    expect(other.providers().toSorted()).toEqual(['__proto__', 'a'])
  })
})
