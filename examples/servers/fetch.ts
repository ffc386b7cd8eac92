import { webhook, type FetchContext } from 'sallyport/fetch'
import type { Receivers } from '../receivers.ts'
import { serveFetch } from './node-bridge.ts'
import type { RunningServer } from './listen.ts'

type FetchHandler = (request: Request, context: FetchContext) => Promise<Response>

export function serve({ sonzai, invoratec, fleet }: Receivers, port: number): Promise<RunningServer> {
  const routes: Readonly<Record<string, FetchHandler>> = {
    '/webhooks/sonzai': webhook(sonzai),
    '/webhooks/invoratec': webhook(invoratec),
    ...(fleet && { '/webhooks/fleet': webhook(fleet) }),
  }

  // Bun, Deno and edge runtimes call this themselves; Hono would be `app.all(path, (c) => handler(c.req.raw))`.
  const handle: FetchHandler = async (request, context) => {
    const route = routes[new URL(request.url).pathname]
    return route ? route(request, context) : new Response('Not found', { status: 404 })
  }

  return serveFetch(handle, port)
}
