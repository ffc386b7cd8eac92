import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { listOf } from './list-of.ts'

const Item = z.object({ names: listOf(z.string(), 1_000) })
const items = (count: number, each: number) =>
  Array.from({ length: count }, () => ({ names: Array.from({ length: each }, () => 'a') }))
const placesOf = (value: unknown) =>
  listOf(Item, 10, ['names'])
    .safeParse(value)
    .error?.issues.map(({ path }) => path.join('.'))

describe('listOf', () => {
  it('bounds what all items hold together', () => {
    expect(placesOf(items(3, 1_000))).toBeUndefined()
    expect(placesOf(items(4, 1_000))).toEqual([''])
    expect(placesOf([null, 1, 'a', { names: 7 }])).toHaveLength(4)
  })

  it('names the item whose own list is too long', () => {
    expect(placesOf([...items(1, 1), ...items(1, 1_001)])).toEqual(['1.names'])
    expect(placesOf(items(11, 0))).toEqual([''])
  })

  it('stops at ten issues', () => {
    expect(listOf(z.string(), 1_000).safeParse(Array.from({ length: 1_000 }, () => 1)).error?.issues).toHaveLength(10)
  })
})
