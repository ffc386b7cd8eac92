import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ConsoleOptions } from '@sallyport/console'
import { checkHost } from './check-host.ts'
import { createOneTimeLink } from './one-time-link.ts'

/** A running console. */
export interface ServedConsole {
  /** The link that works once. */
  readonly url: string
  stop(): Promise<void>
}

/** What `serveConsole` serves. */
export interface ServeConsoleOptions extends Omit<ConsoleOptions, 'authorize' | 'basePath'> {
  readonly port: number
  /** What the visitor who opens the link may do. */
  readonly access: 'view' | 'operate'
}

const host = '127.0.0.1'

/** Serves a console to this computer only, behind a link that works once. */
export async function serveConsole({ port, access, ...options }: ServeConsoleOptions): Promise<ServedConsole> {
  const { createConsole } = await import('@sallyport/console')
  const { mount } = await import('@sallyport/console/node')
  const server = createServer()
  server.listen(port, host)
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => Promise.reject(error as Error)),
  ])
  const taken = (server.address() as AddressInfo).port
  const link = createOneTimeLink(taken)
  const { basePath } = link
  const authorize = (request: Request) => (link.knows(request) ? access : 'none')
  const handler = createConsole({ ...options, basePath, authorize })
  const guarded = checkHost(taken, link.guard(handler))
  server.on('request', mount(Object.assign(guarded, { basePath: handler.basePath })))
  return {
    url: `http://${host}:${taken}${link.path}`,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
