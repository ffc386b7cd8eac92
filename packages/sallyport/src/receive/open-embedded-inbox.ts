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
  const providers = new Set<string>()
  // The inbox with every receiver attached: rejects where it cannot be opened or one cannot be attached.
  let attached: Promise<Inbox> = opening
  attached.catch(() => {})
  let loaded: Inbox | undefined
  opening.then(
    (inbox) => (loaded = inbox),
    () => {},
  )
  return {
    name: `SQLite, ${path}`,
    get promises() {
      return loaded?.promises
    },
    attach(provider, ...how) {
      // The inbox checks this too, but not before it is loaded.
      if (providers.has(provider))
        throw new SallyportError('OPTION_INVALID', `inbox: two receivers for provider "${provider}" share ${path}`)
      providers.add(provider)
      attached = attached.then((inbox) => {
        inbox.attach(provider, ...how)
        return inbox
      })
      attached.catch(() => {})
    },
    store: async (event) => (await attached).store(event),
    ready: async () => (await attached).ready(),
    work: async () => (await attached).work(),
    workStatus: () => loaded?.workStatus() ?? { state: 'starting', isWorker: false, running: 0, aborted: 0 },
    checkWritable: async () => (await attached).checkWritable(),
    list: async (query) => (await opening).list(query),
    get: async (key) => (await opening).get(key),
    count: async (filter, options) => (await opening).count(filter, options),
    failures: async (filter) => (await opening).failures(filter),
    minutes: async (range) => (await opening).minutes(range),
    names: async () => (await opening).names(),
    replay: async (events, options) => (await opening).replay(events, options),
    discard: async (events, options) => (await opening).discard(events, options),
    stats: async () => (await opening).stats(),
    // Its engine is SQLite, which has them.
    readNote: async (name) => (await opening).readNote!(name),
    writeNote: async (name, text, before) => (await opening).writeNote!(name, text, before),
    spaces: async () => (await opening).spaces!(),
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
