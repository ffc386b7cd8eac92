import { clipVisible } from 'sallyport/provider'
import { createAgents } from './agents/agents.ts'
import { createFailureLog, toJson, toProblemAnswer } from './answers.ts'
import { readAssets } from './assets.ts'
import { createAudit } from './audit.ts'
import { askOwner, demand, type ConsoleContext, type Visitor } from './authorize.ts'
import { checkChange, checkSite } from './check-origin.ts'
import { ConsoleError } from './console-error.ts'
import { createJobs } from './jobs.ts'
import { toSettings, type ConsoleOptions } from './options.ts'
import { readJson } from './read-json.ts'
import { createRoutes, pagePaths } from './routes/index.ts'
import type { Parts, Route } from './routes/route.ts'
import { withSecurityHeaders } from './security-headers.ts'
import { toShell } from './shell.ts'
import { createStore } from './store.ts'

/** A console: a web-standard handler that every mount takes. */
export interface ConsoleHandler {
  /** Answers a request. Never rejects. */
  (request: Request, context?: ConsoleContext): Promise<Response>
  /** The option `basePath`. */
  readonly basePath: string
}

/**
 * Creates a console: every delivery and what became of it, as pages in your own app. Mount it with `@sallyport/console/express`,
 * `/koa`, `/fastify` or `/node`, or call it where requests are web-standard.
 *
 * @throws ConsoleError `CONSOLE_OPTION_INVALID`: it does not start without `authorize`
 * @example
 * const handler = createConsole({ inbox, receivers: [receiver], authorize: (request) => roleOf(request) })
 * app.use('/console', mount(handler)) // mount from '@sallyport/console/express'
 */
export function createConsole(options: ConsoleOptions): ConsoleHandler {
  const settings = toSettings(options)
  const { inbox, receivers, storeTimeoutMs, now, onAudit } = settings
  const parts: Parts = {
    settings,
    store: inbox && createStore(inbox, storeTimeoutMs),
    receivers: new Map(receivers.map((receiver) => [receiver.provider.name, receiver])),
    agents: settings.agents === undefined ? undefined : createAgents(settings.agents, settings.policy),
    audit: createAudit(now, onAudit),
    jobs: createJobs(now),
  }
  const routes = new Map(Object.entries(createRoutes(parts)))
  const logFailure = createFailureLog()

  async function handle(request: Request, context: ConsoleContext = {}): Promise<Response> {
    const base = toBase(typeof context.basePath === 'string' ? context.basePath : settings.basePath)
    const { pathname, searchParams } = new URL(request.url)
    const path = `${pathname}/` === base ? '' : pathname.startsWith(base) ? pathname.slice(base.length) : undefined
    const isPage = path === undefined || !path.startsWith('api/')
    const isHead = request.method === 'HEAD'
    try {
      return withSecurityHeaders(await answer(), isHead)
    } catch (error) {
      logFailure(error)
      return withSecurityHeaders(toProblemAnswer(error, isPage), isHead)
    }

    async function answer(): Promise<Response> {
      // Before the owner's function: it may read the body, too.
      const own = request.method === 'POST' && !request.bodyUsed ? request.clone() : request
      const visitor = await authorize(request, context)
      if (visitor instanceof Response) {
        if (isPage) return visitor
        throw new ConsoleError('CONSOLE_SIGNED_OUT')
      }
      if (path === undefined) throw new ConsoleError('CONSOLE_NOT_FOUND')
      const method = isHead ? 'GET' : request.method
      const route = routes.get(`${method} ${path}`)
      if (route === undefined) return await answerPage(path, method, base)
      const { remoteAddress } = context
      const entry = { who: visitor.who, remoteAddress: toShownAddress(remoteAddress) }
      if (method === 'POST') checkChange(request, settings.origins)
      else checkSite(request.headers)
      noteRefused(route, visitor.actions.has(route.needs), searchParams.get('key'), entry)
      demand(visitor, route.needs)
      const body = method === 'POST' ? await readJson(own) : {}
      const result = await route.answer(
        { query: searchParams, body, visitor, remoteAddress: entry.remoteAddress },
        parts,
      )
      return result instanceof Response ? result : toJson(result)
    }
  }

  async function authorize(request: Request, context: ConsoleContext): Promise<Visitor | Response> {
    try {
      return await askOwner(settings.authorize, settings, request, context)
    } catch (cause) {
      if (!ConsoleError.is(cause)) logFailure(cause)
      throw new ConsoleError('CONSOLE_FORBIDDEN', undefined, { cause })
    }
  }

  function noteRefused(
    { audit: action }: Route,
    isAllowed: boolean,
    key: string | null,
    entry: { readonly who: string | undefined; readonly remoteAddress: string | undefined },
  ): void {
    if (!isAllowed && action !== undefined)
      parts.audit.add({ ...entry, action, what: clipVisible(key ?? '', 200), outcome: 'refused' })
  }

  async function answerPage(path: string, method: string, base: string): Promise<Response> {
    const assets = await readAssets()
    const asset = assets.find(path)
    const isPage = pagePaths.includes(path)
    if (asset === undefined && !isPage) {
      const isKnown = [...routes.keys()].some((name) => name.endsWith(` ${path}`))
      throw new ConsoleError(isKnown ? 'CONSOLE_METHOD_INVALID' : 'CONSOLE_NOT_FOUND')
    }
    if (method !== 'GET') throw new ConsoleError('CONSOLE_METHOD_INVALID')
    if (asset !== undefined) return asset
    const { publicPath } = settings
    const html = toShell(publicPath === undefined ? base : toBase(publicPath), settings.title, assets.paths)
    return new Response(html, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  }

  return Object.assign(handle, { basePath: settings.basePath })
}

// A proxy that is trusted passes on whatever a client wrote into X-Forwarded-For.
function toShownAddress(address: unknown): string | undefined {
  return typeof address === 'string' ? clipVisible(address, 100) : undefined
}

/** A path with one slash at each end: two at its beginning would name another host. */
function toBase(path: string): string {
  const inner = path.replaceAll(/^\/+|\/+$/g, '')
  return inner === '' ? '/' : `/${inner}/`
}
