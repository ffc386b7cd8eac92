import type { EventDetail } from '../api.ts'
import { getEvent } from '../store.ts'
import { toDetail } from '../to-row.ts'
import { readKey } from './read-call.ts'
import { needStore, type Route } from './route.ts'

/** One event without its body. */
export const event: Route = {
  needs: 'see',
  async answer({ query }, parts): Promise<EventDetail> {
    const store = needStore(parts)
    const found = await getEvent(store, readKey(query.get('key')))
    return toDetail(found, parts.settings.redact, store.promises.history === true)
  },
}
