import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that takes deliveries. */
export interface RunningServer {
  readonly port: number
  /** Stops taking connections; resolves when the last request is answered. */
  close(): Promise<void>
}

/** Listens on every address, so that `127.0.0.1`, `localhost` and a container's own address all work; port 0 takes a free one. */
export async function listen(server: Server, port: number): Promise<RunningServer> {
  server.listen(port)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}
