import { describe, expect, it } from 'vitest'
import { toEventId } from './rows.ts'

describe('toEventId', () => {
  it('turns a key into the same version 8 UUID every time', () => {
    expect(toEventId('sonzai:evt_1')).toBe(toEventId('sonzai:evt_1'))
    expect(toEventId('sonzai:evt_1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('distinguishes keys that have no UTF-8 of their own', () => {
    const ids = ['\uD800', '\uD801', '\uFFFD', '\\ud800', '"', ''].map(toEventId)
    expect(new Set(ids).size).toBe(ids.length)
  })
})
