import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import type { ServerHttp2Session } from 'node:http2'
import { Server } from 'node:net'
import { connectionsOf } from './connections.ts'

/** Stops one server, in steps. */
export interface ServerStop {
  /**
   * Takes no new connection. Resolves when none is left: each ends with its next answer, which says `Connection: close`, or once
   * it was idle for long enough.
   *
   * @param idleMs how long a kept connection gets for one more request
   */
  stop(idleMs: number): Promise<void>
  /** Ends the connections that are left; resolves to how many there were. */
  cut(): Promise<number>
}

/** Makes the steps for a server of `node:http`, `node:https` or `node:http2`. */
export function createServerStop(server: Server): ServerStop {
  const http = server as Partial<HttpServer> & Server
  const { sockets, sessions } = connectionsOf(server)
  let sweeping: NodeJS.Timeout | undefined

  async function endIdle(): Promise<void> {
    await untilSocketsAreRead()
    http.closeIdleConnections?.()
    for (const session of sessions) session.close()
    // Neither a request nor a TLS handshake.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy()
  }

  return {
    async stop(idleMs) {
      await untilAccepted(server)
      // What `close` of `node:http` does beyond this is to end idle connections at once, and to reset a request that is on its way.
      const closed = new Promise<void>((resolve) => Server.prototype.close.call(server, () => resolve()))
      // A program may still be starting. What starts the server reads its address: Fastify only after it looked up a name.
      server.on('listening', () => setTimeout(() => server.close(), idleMs))
      server.prependListener('request', endWithAnswer)
      for (const session of sessions) announceEnd(session)
      server.on('session', announceEnd)
      sweeping = setInterval(() => void endIdle(), idleMs)
      await closed
      clearInterval(sweeping)
    },
    async cut() {
      clearInterval(sweeping)
      const connections = await countConnections(server)
      http.closeAllConnections?.()
      for (const socket of sockets) socket.destroy()
      return connections
    },
  }
}

// Connections that come faster than they are accepted must not keep it from closing.
const mostAcceptMs = 1_000

/**
 * Resolves when no connection waits to be accepted: those would be reset. The event loop accepts one in each turn, so a turn without
 * one means that there is none.
 */
async function untilAccepted(server: Server): Promise<void> {
  let accepted = 0
  const count = (): void => void accepted++
  server.on('connection', count)
  const end = performance.now() + mostAcceptMs
  // The first turn may be half over.
  await untilSocketsAreRead()
  for (let before = -1; accepted > before && performance.now() < end;) {
    before = accepted
    await untilSocketsAreRead()
  }
  server.off('connection', count)
}

/** Resolves in the phase of the event loop after sockets were read: no request that has arrived is unread. */
function untilSocketsAreRead(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

const highestStream = 2 ** 31 - 1

// RFC 9113, section 6.8: the client opens no stream any more, and those on their way are still taken.
function announceEnd(session: ServerHttp2Session): void {
  if (!session.destroyed) session.goaway(0, highestStream)
}

function endWithAnswer(_request: IncomingMessage, response: ServerResponse): void {
  // A response of HTTP/2 has no such member.
  if ('shouldKeepAlive' in response && !response.headersSent) response.shouldKeepAlive = false
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, connections) => resolve(connections ?? 0)))
}
