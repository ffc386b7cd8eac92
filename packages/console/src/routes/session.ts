import type { EventFilter } from 'sallyport/inbox'
import type { EventQuery, Session } from '../api.ts'
import type { Route } from './route.ts'

const filterOf: Readonly<Record<keyof EventQuery, keyof EventFilter>> = {
  state: 'state',
  provider: 'provider',
  type: 'type',
  since: 'since',
  until: 'until',
  tenant: 'tenant',
  order: 'orderKey',
  failure: 'failure',
  q: 'search',
}

/** What the pages need before anything else. */
export const session: Route = {
  needs: 'see',
  answer({ visitor }, { settings, store, receivers }): Session {
    const { indexed = [] } = store?.promises ?? {}
    return {
      store: store?.name ?? 'no inbox',
      title: settings.title,
      actions: [...visitor.actions],
      who: visitor.who,
      bodies: visitor.bodies,
      scanned: Object.entries(filterOf)
        .filter(([, filter]) => !indexed.includes(filter))
        .map(([name]) => name),
      hasInbox: store !== undefined,
      hasRecord: settings.record !== undefined,
      hasAgents: settings.agents !== undefined,
      providers: [...receivers.keys()],
    }
  },
}
