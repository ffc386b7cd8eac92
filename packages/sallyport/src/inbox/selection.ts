import type { EventFilter, EventState, Page } from './engine.ts'
import { InboxError } from './inbox-error.ts'

const states: readonly EventState[] = ['pending', 'active', 'done', 'dead']

/** @throws InboxError `INBOX_OPTION_INVALID` for a selection that means nothing, before any engine is asked */
export function checkSelection({ state, since, limit }: EventFilter & Page): void {
  if (state !== undefined && !states.includes(state)) invalid(`state must be one of ${states.join(', ')}`)
  if (since !== undefined && !Number.isFinite(since)) invalid('since must be milliseconds since 1970')
  if (limit !== undefined && (!Number.isSafeInteger(limit) || limit < 1))
    invalid('limit must be a whole number above 0')
}

function invalid(detail: string): never {
  throw new InboxError('INBOX_OPTION_INVALID', detail)
}
