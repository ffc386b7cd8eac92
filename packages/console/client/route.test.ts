import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pageNames, readRoute, toHref } from './route.ts'

describe('route', () => {
  it('reads every address that it writes', () => {
    const base = fc.constantFrom('/', '/console/', '/a/b%20c/')
    const text = fc.string({ unit: 'grapheme', minLength: 1 })
    const query = fc.dictionary(fc.constantFrom('q', 'key', 'state', 'after'), text)
    fc.assert(
      fc.property(base, fc.constantFrom(...pageNames), query, (at, page, values) => {
        expect(readRoute(at, toHref(at, page, values))).toEqual({ page, query: { ...values } })
      }),
    )
  })

  it('leaves out empty values', () => {
    expect(toHref('/', 'events', { state: 'dead', q: '', type: undefined })).toBe('/events?state=dead')
  })

  it('knows no page outside of its base path', () => {
    expect(readRoute('/console/', '/console/nowhere').page).toBeUndefined()
    expect(readRoute('/console/', '/consoles/events').page).toBeUndefined()
    expect(readRoute('/console/', '/console').page).toBe('overview')
  })
})
