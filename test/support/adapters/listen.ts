import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { MountedReceiver } from '@sallyport/contracts'
import { isEncrypted, type Transport } from './transports.ts'

/** Path of the receiver in the contract's application: below a prefix of the host's router. */
export const prefix = '/in'
export const route = '/hook'

/** Starts a server on a free port. */
export async function listen(server: Server, transport: Transport = 'HTTP/1.1'): Promise<MountedReceiver> {
  const sockets = new Set<Socket>()
  // A server for HTTP/2 cannot close all its connections.
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const origin = `${isEncrypted(transport) ? 'https' : 'http'}://127.0.0.1:${port}`
  return {
    url: origin + prefix + route,
    siblingUrl: `${origin}/sibling`,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
