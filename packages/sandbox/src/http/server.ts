import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'

const mebibyte = 1024 * 1024

/** Creates the app: guards first, then the platforms. */
export function createApp(allowedHosts: readonly string[], mount: (app: Hono) => void): Hono {
  const app = new Hono()
  app.use(guardHost(allowedHosts))
  app.use(
    bodyLimit({
      maxSize: mebibyte,
      onError: (context) => context.json({ error: 'the body is larger than 1 MiB' }, 413),
    }),
  )
  app.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
    context.header('X-Content-Type-Options', 'nosniff')
  })
  mount(app)
  return app
}

/**
 * Rejects requests for other host names. A foreign page can point its own name to this computer (DNS rebinding); the browser
 * then sends that name.
 *
 * @param allowed more host names, without port
 */
function guardHost(allowed: readonly string[]): MiddlewareHandler {
  const names = new Set(['localhost', '127.0.0.1', '[::1]', ...allowed.map((name) => name.toLowerCase())])
  return async (context, next) => {
    const host = context.req.header('host') ?? ''
    if (names.has(host.replace(/:\d{1,5}$/, '').toLowerCase())) return next()
    return context.text(
      'Host not allowed: the sandbox only answers to localhost. Add the host with allowedHosts or --allow-host.\n',
      403,
    )
  }
}

/** A listening server. */
export interface Listening {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** Returns the host for a URL; a server on all addresses is localhost. */
export function toUrlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/**
 * Takes a port; 0 picks a free one. Requests wait until the app is there.
 *
 * @param app rejects if there will be none; then call `close`
 */
export async function listen(app: Promise<Hono>, host: string, port: number): Promise<Listening> {
  const server: ServerType = createAdaptorServer({ fetch: async (...request) => (await app).fetch(...request) })
  server.listen(port, host)
  await once(server, 'listening')
  const { port: actual } = server.address() as AddressInfo
  return {
    port: actual,
    url: `http://${toUrlHost(host)}:${actual}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}
