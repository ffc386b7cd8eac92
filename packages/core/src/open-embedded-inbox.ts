import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { SallyportError } from './errors.ts'
import type { Inbox } from './inbox.ts'

// An optional peer: named by a variable, so that neither compiler nor bundler asks for it where no inbox is used.
const packageName = '@sallyport/inbox'

const embedded = new Map<string, Inbox>()

/**
 * Opens the embedded inbox of `@sallyport/inbox` over a file, at once and in the background; `ready()` tells how it went.
 * Receivers that name one file share its inbox.
 *
 * @throws SallyportError `OPTION_INVALID` when the package is not installed
 */
export function openEmbeddedInbox(path: string): Inbox {
  const place = resolve(path)
  const known = embedded.get(place)
  if (known) return known
  checkInstalled(path)
  const opened = open(place)
  embedded.set(place, opened)
  return opened
}

function open(path: string): Inbox {
  const opening = load(path)
  opening.catch(() => {})
  const providers = new Set<string>()
  return {
    name: `SQLite, ${path}`,
    accept: async (event) => (await opening).accept(event),
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

async function load(path: string): Promise<Inbox> {
  const module = (await import(packageName)) as { openInbox(path: string): Inbox }
  return module.openInbox(path)
}

function checkInstalled(path: string): void {
  try {
    createRequire(import.meta.url).resolve(packageName)
  } catch (cause) {
    throw new SallyportError('OPTION_INVALID', `inbox: install ${packageName} to keep events in ${path}`, { cause })
  }
}
