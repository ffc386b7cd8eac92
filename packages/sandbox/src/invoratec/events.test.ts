import { describe, expect, it } from 'vitest'
import { matchesFilter } from './events.ts'

const data = { toolName: 'a', input: { id: 'WH-1', page: 2 }, tags: ['x', 'y'], total: 0, note: null }

describe('matchesFilter', () => {
  it.each([
    [{}, true],
    [{ toolName: 'a' }, true],
    [{ toolName: 'b' }, false],
    [{ toolName: 'a', total: 0 }, true],
    [{ total: '0' }, false],
    [{ input: { id: 'WH-1' } }, true],
    [{ input: { id: 'WH-2' } }, false],
    [{ input: {} }, true],
    [{ toolName: {} }, false],
    [{ tags: ['x', 'y'] }, true],
    [{ tags: ['x'] }, false],
    [{ note: null }, true],
    [{ missing: null }, false],
    [{ constructor: {} }, false],
  ])('%j: %s', (filter, expected) => {
    expect(matchesFilter(filter, data)).toBe(expected)
  })
})
