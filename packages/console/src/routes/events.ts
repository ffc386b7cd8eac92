import type { Count, EventList, Names } from '../api.ts'
import { readQuery } from '../read-query.ts'
import { toRow } from '../to-row.ts'
import { readNumber } from './read-call.ts'
import { needStore, type Route } from './route.ts'

/** A page of events, newest first. */
export const events: Route = {
  needs: 'see',
  async answer({ query }, parts): Promise<EventList> {
    const now = parts.settings.now()
    const limit = readNumber('limit', query.get('limit'), 50, 200)
    const after = query.get('after') ?? undefined
    const page = await needStore(parts).list(readQuery(query, now).filter, { after, limit })
    const { next, looked, lookedTo } = page
    return { events: page.events.map(toRow), next, looked, lookedBackTo: lookedTo, now }
  },
}

/** How many events match. */
export const eventCount: Route = {
  needs: 'see',
  answer: ({ query }, parts): Promise<Count> => needStore(parts).count(readQuery(query, parts.settings.now()).filter),
}

/** Providers and types, for the filters. */
export const names: Route = {
  needs: 'see',
  answer: (_call, parts): Promise<Names> => needStore(parts).names(),
}
