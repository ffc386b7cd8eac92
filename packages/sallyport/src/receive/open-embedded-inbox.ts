import { resolve } from 'node:path'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { Inbox } from '../inbox/inbox.ts'

const embedded = new Map<string, Inbox>()

/**
 * The embedded inbox over a file; receivers that name one file share it. It opens at once and in the background, so `ready()`
 * says how it went. Loaded only here: a receiver without an inbox never loads one.
 */
export function openEmbeddedInbox(path: string): Inbox {
  const place = resolve(path)
  const inbox = embedded.get(place) ?? open(place)
  embedded.set(place, inbox)
  return inbox
}

function open(path: string): Inbox {
  const opening = import('../inbox/inbox.ts').then(({ createInbox }) => createInbox(path))
  opening.catch(() => {})
  const providers = new Set<string>()
  return {
    name: `SQLite, ${path}`,
    attach(provider, run) {
      // The inbox checks this too, but not before it is loaded.
      if (providers.has(provider))
        throw new SallyportError('OPTION_INVALID', `inbox: two receivers for provider "${provider}" share ${path}`)
      providers.add(provider)
      opening.then((inbox) => inbox.attach(provider, run)).catch(() => {})
    },
    store: async (event) => (await opening).store(event),
    ready: async () => (await opening).ready(),
    work: async () => (await opening).work(),
    list: async (query) => (await opening).list(query),
    get: async (key) => (await opening).get(key),
    replay: async (events) => (await opening).replay(events),
    discard: async (events) => (await opening).discard(events),
    stats: async () => (await opening).stats(),
    stopped: opening.then(
      ({ stopped }) => stopped,
      () => {},
    ),
    async stop(options) {
      embedded.delete(path)
      await (await opening).stop(options)
    },
  }
}
