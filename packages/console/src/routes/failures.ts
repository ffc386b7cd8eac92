import type { FailureList } from '../api.ts'
import { readQuery } from '../read-query.ts'
import { needStore, type Route } from './route.ts'

/** What dead and failing events fail with. */
export const failures: Route = {
  needs: 'see',
  async answer({ query }, parts): Promise<FailureList> {
    const now = parts.settings.now()
    const { provider, since } = readQuery(query, now).filter
    return { ...(await needStore(parts).failures({ provider, since })), now }
  },
}
