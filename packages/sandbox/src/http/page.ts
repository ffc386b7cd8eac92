import { invalidValue } from '../error.ts'

/** A page of a list, and the cursor of the next page. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly nextCursor?: string | undefined
}

/**
 * Returns a page of a list that is newest first. The cursor names the last item of the previous page, so that new items do not
 * shift pages.
 *
 * @throws SandboxError `VALUE_INVALID` for a cursor of another list
 */
export function cutPage<Item extends { readonly id: string }>(
  list: readonly Item[],
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Page<Item> {
  const start = cursor === undefined ? 0 : positionAfter(list, cursor)
  const items = list.slice(start, start + limit)
  const last = items.at(-1)
  const hasMore = last !== undefined && start + items.length < list.length
  return { items, nextCursor: hasMore ? Buffer.from(last.id).toString('base64url') : undefined }
}

function positionAfter(list: readonly { readonly id: string }[], cursor: string): number {
  const id = Buffer.from(cursor, 'base64url').toString()
  const index = list.findIndex((item) => item.id === id)
  if (index < 0) throw invalidValue('query.cursor', 'is not a cursor of this list')
  return index + 1
}
