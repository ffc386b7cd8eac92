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

/** Serves an application; a port of 0 is a free one. */
export async function listen(app: Hono, host: string, port: number): Promise<Listening> {
  const server: ServerType = createAdaptorServer({ fetch: app.fetch })
  server.listen(port, host)
  await once(server, 'listening')
  const { port: actual } = server.address() as AddressInfo
  return {
    port: actual,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actual}`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
      await closed
    },
  }
}
