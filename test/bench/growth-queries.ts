import type { Engine, EventFilter } from 'sallyport/inbox'
import { failures, kinds, mix } from './growth-events.ts'

const hour = 3_600_000
const { provider, type } = kinds[3]!

/** Filters of which the console shows first pages; each is measured where the engine says that an index answers it. */
export const filters: Readonly<Record<string, EventFilter>> = {
  none: {},
  'state: dead': { state: 'dead' },
  'state: pending': { state: 'pending' },
  'state: done': { state: 'done' },
  provider: { provider },
  type: { type },
  'provider, type and state': { provider, type, state: 'dead' },
  'since an hour ago': { since: Date.now() - hour },
  'one day of last week': { since: Date.now() - mix.withinMs / 2, until: Date.now() - mix.withinMs / 2 + 24 * hour },
  tenant: { tenant: mix.tenant(21) },
  'order key': { orderKey: mix.orderKey(44) },
  'any failure': { failure: true },
  'one failure': { failure: failures[4]! },
  'dead of one type since yesterday': { type, state: 'dead', since: Date.now() - 24 * hour },
}

/** What the pages of a console ask, one after the other. */
export const pages: readonly ((engine: Engine) => Promise<unknown>)[] = [
  (engine) => engine.stats(),
  (engine) => engine.minutes({ since: Date.now() - hour }),
  (engine) => engine.names(),
  ...Object.values(filters).map(
    (filter) => (engine: Engine) => engine.list({ ...filter, sort: 'newest', limit: 50, mostLooks: 10_000 }),
  ),
  (engine) => engine.list({ search: 'nothing has this text', sort: 'newest', limit: 50, mostLooks: 10_000 }),
  (engine) => engine.count({ state: 'dead' }),
  (engine) => engine.count({ provider, type }),
  (engine) => engine.failures(),
]
