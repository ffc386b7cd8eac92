import { expect, it } from 'vitest'
import { toEventId } from './rows.ts'

it('makes UUIDs of version 8 out of keys, always the same', () => {
  expect(toEventId('sonzai:evt_1')).toBe(toEventId('sonzai:evt_1'))
  expect(toEventId('sonzai:evt_1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
})

it('tells keys apart that have no UTF-8 of their own', () => {
  const ids = ['\uD800', '\uD801', '\uFFFD', '\\ud800', '"', ''].map(toEventId)
  expect(new Set(ids).size).toBe(ids.length)
})
