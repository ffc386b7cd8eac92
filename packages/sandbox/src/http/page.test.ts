import { expect, test } from 'vitest'
import { cutPage } from './page.ts'

const list = ['e', 'd', 'c', 'b', 'a'].map((id) => ({ id }))
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id).join('')

test('pages follow each other to the end, whatever is added meanwhile', () => {
  const first = cutPage(list, { limit: 2 })
  expect(idsOf(first.items)).toBe('ed')
  const grown = [{ id: 'f' }, ...list]
  const second = cutPage(grown, { limit: 2, cursor: first.nextCursor })
  expect(idsOf(second.items)).toBe('cb')
  const third = cutPage(grown, { limit: 2, cursor: second.nextCursor })
  expect(third).toEqual({ items: [{ id: 'a' }] })
})

test('an offset skips', () => {
  expect(idsOf(cutPage(list, { limit: 9, offset: 3 }).items)).toBe('ba')
  expect(cutPage(list, { limit: 9, offset: 30 })).toEqual({ items: [] })
})

test('a page that ends with the list has nothing after it', () => {
  expect(cutPage(list, { limit: 5 }).nextCursor).toBeUndefined()
})

test('a cursor of another list is refused', () => {
  expect(() => cutPage(list, { limit: 1, cursor: 'bm9uZQ' })).toThrow('query.cursor is not a cursor of this list')
})
