import { resolve } from 'node:path'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { ReceiverInbox } from './inbox.ts'

const embedded = new Map<string, ReceiverInbox>()

/**
 * Opens the embedded inbox over a file, at once and in the background; `ready()` tells how it went. Receivers that name one
 * file share its inbox. The inbox is loaded only here, so that a receiver without one never loads `node:sqlite`.
 */
export function openEmbeddedInbox(path: string): ReceiverInbox {
  const place = resolve(path)
  const known = embedded.get(place)
  if (known) return known
  const opened = open(place)
  embedded.set(place, opened)
  return opened
}

function open(path: string): ReceiverInbox {
  const opening = load(path)
  opening.catch(() => {})
  const providers = new Set<string>()
  return {
    name: `SQLite, ${path}`,
    store: async (event) => (await opening).store(event),
    attach(provider, run) {
      // The inbox says so too, but not before it is loaded.
      if (providers.has(provider))
        throw new SallyportError('OPTION_INVALID', `inbox: two receivers for provider "${provider}" share ${path}`)
      providers.add(provider)
      opening.then((inbox) => inbox.attach(provider, run)).catch(() => {})
    },
    ready: async () => (await opening).ready(),
    async stop(options) {
      embedded.delete(path)
      await (await opening).stop(options)
    },
  }
}

async function load(path: string): Promise<ReceiverInbox> {
  const { openInbox } = await import('../inbox/inbox.ts')
  return openInbox(path)
}
