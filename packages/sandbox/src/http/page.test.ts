import { describe, expect, it } from 'vitest'
import { cutPage } from './page.ts'

const list = ['e', 'd', 'c', 'b', 'a'].map((id) => ({ id }))
const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id).join('')

describe('cutPage', () => {
  it('continues after the cursor although items are added', () => {
    const first = cutPage(list, { limit: 2 })
    expect(idsOf(first.items)).toBe('ed')
    const grown = [{ id: 'f' }, ...list]
    const second = cutPage(grown, { limit: 2, cursor: first.nextCursor })
    expect(idsOf(second.items)).toBe('cb')
    const third = cutPage(grown, { limit: 2, cursor: second.nextCursor })
    expect(third).toEqual({ items: [{ id: 'a' }] })
  })

  it('has no cursor on the last page', () => {
    expect(cutPage(list, { limit: 5 }).nextCursor).toBeUndefined()
  })

  it('rejects a cursor of another list', () => {
    expect(() => cutPage(list, { limit: 1, cursor: 'bm9uZQ' })).toThrow('query.cursor is not a cursor of this list')
  })
})
