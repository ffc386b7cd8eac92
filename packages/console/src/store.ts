import { basename } from 'node:path'
import type {
  EnginePromises,
  EventCount,
  EventFilter,
  EventOperations,
  EventPage,
  Page,
  StoredEvent,
} from 'sallyport/inbox'
import { withDeadline } from './deadline.ts'
import { ConsoleError } from './console-error.ts'
import { createTurns } from './turns.ts'

/** What the console looks at: an inbox, or an engine that is started. */
export interface ConsoleInbox extends EventOperations {
  readonly name: string
  readonly promises?: EnginePromises | undefined
}

type ListPage = Pick<Page, 'after' | 'limit' | 'sort'>

/** The store with a deadline for every read. */
export interface Store extends Pick<EventOperations, 'get' | 'failures' | 'minutes' | 'names' | 'stats'> {
  readonly name: string
  readonly promises: Partial<EnginePromises>
  /** Newest first, unless the page says otherwise. */
  list(filter: EventFilter, page: ListPage): Promise<EventPage>
  count(filter: EventFilter): Promise<EventCount>
  /** For changes, which take as long as they take. */
  readonly operations: EventOperations
}

// Reads that wait at the same time; a store that hangs must not collect more with every poll.
const mostWaiting = 32
const mostLooks = 10_000
// The count that is shown before a change of all of them.
const mostCounted = 100_000

/** @throws ConsoleError from every read: `CONSOLE_STORE_SLOW`, `CONSOLE_STORE_FAILED`, `CONSOLE_BUSY` */
export function createStore(inbox: ConsoleInbox, timeoutMs: number): Store {
  let waiting = 0
  const inTurn = createTurns(timeoutMs)

  async function read<Result>(work: () => Promise<Result>): Promise<Result> {
    if (waiting >= mostWaiting)
      throw new ConsoleError('CONSOLE_BUSY', 'the store has not answered earlier requests yet')
    waiting++
    return withDeadline(timeoutMs, async () => {
      try {
        return await work()
      } finally {
        waiting--
      }
    })
  }

  /** Scans one after the other: together they would take the store, or this process, from those that deliver. */
  function scan<Result>(filter: EventFilter, work: () => Promise<Result>): Promise<Result> {
    const indexed = inbox.promises?.indexed ?? []
    const isIndexed = Object.keys(filter).every((name) => indexed.some((known) => known === name))
    return read(isIndexed ? work : () => inTurn(work, () => new ConsoleError('CONSOLE_STORE_SLOW')))
  }

  return {
    name: toShownName(inbox.name),
    get promises() {
      return inbox.promises ?? {}
    },
    operations: inbox,
    list: (filter, page) => scan(filter, () => inbox.list({ ...filter, sort: 'newest', ...page, mostLooks })),
    count: (filter) => scan(filter, () => inbox.count(filter, { most: mostCounted })),
    get: (key) => read(() => inbox.get(key)),
    failures: (filter) => scan({ failure: true }, () => inbox.failures(filter)),
    minutes: (range) => read(() => inbox.minutes(range)),
    names: () => read(() => inbox.names()),
    stats: () => read(() => inbox.stats()),
  }
}

/** Finds an event. @throws ConsoleError `CONSOLE_EVENT_MISSING` */
export async function getEvent(store: Store, key: string): Promise<StoredEvent> {
  return (await store.get(key)) ?? missing()
}

function missing(): never {
  throw new ConsoleError('CONSOLE_EVENT_MISSING')
}

// The folders of the machine are nothing for visitors.
function toShownName(name: string): string {
  const [kind, place] = name.split(/, (.*)/s)
  return place === undefined || !/[\\/]/.test(place) ? name : `${kind}, ${basename(place.replaceAll('\\', '/'))}`
}
