import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'

/** A server that listens. */
export interface Listening {
  readonly url: string
  readonly port: number
  close(): Promise<void>
}

/** The host in the address of a server that listens at this one; at all addresses, it is this computer. */
export function toUrlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** Serves an application; a port of 0 is a free one. */
export async function listen(app: Hono, host: string, port: number): Promise<Listening> {
  const server: ServerType = createAdaptorServer({ fetch: app.fetch })
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
