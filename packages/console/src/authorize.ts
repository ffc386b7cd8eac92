import { clipVisible } from 'sallyport/provider'
import type { ConsoleAction, Session } from './api.ts'
import { ConsoleError } from './console-error.ts'

/** What the host knows of a request. */
export interface ConsoleContext {
  /** Path that the console is mounted at, as `/console`. @default the option `basePath` */
  readonly basePath?: string | undefined
  /** Where the request came from, as far as the host trusts its proxies. */
  readonly remoteAddress?: string | undefined
  /** The framework's own request: that of Express, Fastify or `node:http`, or Koa's context. */
  readonly host?: unknown
}

/** `view`: see, check, and bodies after a click. `operate`: everything. Or the actions one by one. */
export type ConsoleAccess = 'none' | 'view' | 'operate' | readonly ConsoleAction[]

/** What `authorize` returns. A `Response` is sent instead of a page: a redirect to your login. */
export type Authorization =
  | ConsoleAccess
  | { readonly can: ConsoleAccess; readonly who?: string | undefined }
  | Response

/** Says what the sender of a request may do. Anything that is no access, and everything it throws, is none. */
export type Authorize = (request: Request, context: ConsoleContext) => Authorization | Promise<Authorization>

/** How bodies of events are shown: at once, after a click, with their values masked by the server, or never. */
export type BodyDisplay = 'show' | 'click' | 'mask' | 'hide'

/** How bodies are shown to those who only look, and to those who may change something. */
export interface BodySettings {
  /** @default 'click' */
  readonly view?: BodyDisplay | undefined
  /** @default 'show' */
  readonly operate?: BodyDisplay | undefined
}

/** Who sent a request, and what they may do. */
export interface Visitor {
  readonly actions: ReadonlySet<ConsoleAction>
  readonly bodies: Session['bodies']
  readonly who?: string | undefined
}

const allActions: readonly ConsoleAction[] = ['see', 'body', 'check', 'replay', 'discard', 'rollback']
const changes: readonly ConsoleAction[] = ['replay', 'discard', 'rollback']

const granted = { view: ['see', 'body', 'check'], operate: allActions } as const satisfies Record<
  string,
  readonly ConsoleAction[]
>

/**
 * Asks the owner's function who may do what.
 *
 * @returns the owner's answer where it is a response
 * @throws ConsoleError `CONSOLE_FORBIDDEN` for a visitor who may do nothing; what the owner's function throws
 */
export async function askOwner(
  authorize: Authorize,
  settings: { readonly readOnly: boolean; readonly bodies: BodySettings },
  request: Request,
  context: ConsoleContext,
): Promise<Visitor | Response> {
  const answer: unknown = await authorize(request, context)
  if (isResponse(answer)) return answer
  const { can, who } = toGrant(answer)
  const actions = new Set(can.filter((action) => !settings.readOnly || !changes.includes(action)))
  if (actions.size === 0) throw new ConsoleError('CONSOLE_FORBIDDEN')
  const { view = 'click', operate = 'show' } = settings.bodies
  const bodies = can.some((action) => changes.includes(action)) ? operate : view
  if (bodies === 'hide') actions.delete('body')
  return { actions, who, bodies: bodies === 'hide' ? 'mask' : bodies }
}

/** @throws ConsoleError `CONSOLE_FORBIDDEN` */
export function demand(visitor: Visitor, action: ConsoleAction): void {
  if (!visitor.actions.has(action)) throw new ConsoleError('CONSOLE_FORBIDDEN', `it needs "${action}"`)
}

// Another copy of `fetch` has a class of its own.
function isResponse(answer: unknown): answer is Response {
  if (answer instanceof Response) return true
  return Object.prototype.toString.call(answer) === '[object Response]'
}

interface Grant {
  readonly can: readonly ConsoleAction[]
  readonly who?: string | undefined
}

function toGrant(answer: unknown): Grant {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return { can: toActions(answer) }
  const { can, who } = answer as { readonly can?: unknown; readonly who?: unknown }
  return { can: toActions(can), who: typeof who === 'string' ? clipVisible(who, 100) : undefined }
}

// A visitor who may do something may see the page it is done on.
function toActions(access: unknown): readonly ConsoleAction[] {
  if (access === 'view' || access === 'operate') return granted[access]
  if (!Array.isArray(access) || access.length === 0) return []
  const known = allActions.filter((action) => access.includes(action))
  // A misspelt action may be meant to be less than the others are.
  if (known.length !== new Set(access).size) return []
  return known.includes('see') ? known : ['see', ...known]
}
