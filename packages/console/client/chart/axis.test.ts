import { describe, expect, it } from 'vitest'
import { toCountMark, toStepName, toStepTime, toTimeMark } from './axis.ts'

const minute = 60_000
const hour = 60 * minute
// In the zone of the reader, which a test does not choose.
const at = (hours: number, minutes = 0): number => new Date(2026, 10, 29, hours, minutes).getTime()

describe('toStepName', () => {
  it.each([
    [minute, 'minute'],
    [15 * minute, '15 minutes'],
    [hour, 'hour'],
    [2 * hour, '2 hours'],
    [24 * hour, 'day'],
  ])('names %i ms %s', (stepMs, name) => expect(toStepName(stepMs)).toBe(name))
})

describe('toTimeMark', () => {
  it('shows the time of day, and the day where it begins', () => {
    expect(toTimeMark(at(14, 5))).toMatch(/\b0?2:05|14:05/)
    expect(toTimeMark(at(0))).toContain('29')
  })
})

describe('toStepTime', () => {
  it('shows a minute by its beginning', () => {
    expect(toStepTime(at(14, 5), minute, hour)).not.toContain('–')
  })

  it('shows a longer step with its end, and its day in a longer span', () => {
    expect(toStepTime(at(14), 2 * hour, 7 * 24 * hour)).toMatch(/29.* – /)
  })
})

describe('toCountMark', () => {
  it('is short, and has no sign', () => {
    expect([0, -20, 1_500, 2_000_000].map(toCountMark)).toEqual(['0', '20', '1.5K', '2M'])
  })
})
