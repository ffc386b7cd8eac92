import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MountedReceiver } from '@sallyport/contracts'

/** Path of the receiver in the contract's application: below a prefix of the host's router. */
export const prefix = '/in'
export const route = '/hook'

/** Starts a server on a free port. */
export async function listen(server: Server): Promise<MountedReceiver> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: origin + prefix + route,
    siblingUrl: `${origin}/sibling`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
