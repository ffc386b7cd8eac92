import { SallyportError } from './errors.ts'
import type { Inbox } from './inbox.ts'

// An optional peer: named by a variable, so that neither compiler nor bundler asks for it where no inbox is used.
const packageName = '@sallyport/inbox'

/** Opens the embedded inbox of `@sallyport/inbox` over a file, at once and in the background; `ready()` tells how it went. */
export function openEmbeddedInbox(path: string): Inbox {
  const opening = load(path)
  opening.catch(() => {})
  return {
    name: `SQLite, ${path}`,
    accept: async (event) => (await opening).accept(event),
    attach: (provider, run) => void opening.then((inbox) => inbox.attach(provider, run)).catch(() => {}),
    ready: async () => (await opening).ready(),
    stop: async (options) => (await opening).stop(options),
  }
}

async function load(path: string): Promise<Inbox> {
  let module: { openInbox(path: string): Inbox }
  try {
    module = (await import(packageName)) as typeof module
  } catch (cause) {
    throw new SallyportError('OPTION_INVALID', `inbox: install ${packageName} to keep events in ${path}`, { cause })
  }
  return module.openInbox(path)
}
