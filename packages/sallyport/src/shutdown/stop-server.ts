import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http'
import { Server } from 'node:net'

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
  let sweeping: NodeJS.Timeout | undefined

  return {
    async stop(idleMs) {
      await untilAccepted(server)
      const closed = new Promise<void>((resolve) => closeListener(server, () => resolve()))
      server.prependListener('request', endWithAnswer)
      sweeping = setInterval(() => void untilSocketsAreRead().then(() => http.closeIdleConnections?.()), idleMs)
      await closed
      clearInterval(sweeping)
    },
    async cut() {
      clearInterval(sweeping)
      const connections = await countConnections(server)
      http.closeAllConnections?.()
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

// What `node:http` does beyond this is to end idle connections at once, and to reset a request that is on its way. `node:http2`
// tells its clients which requests it takes, so that they lose none.
function closeListener(server: Server, onClosed: () => void): void {
  if ('updateSettings' in server) server.close(onClosed)
  else Server.prototype.close.call(server, onClosed)
}

function endWithAnswer(_request: IncomingMessage, response: ServerResponse): void {
  // In HTTP/2 the session ends, and a response has no such member.
  if ('shouldKeepAlive' in response && !response.headersSent) response.shouldKeepAlive = false
}

function countConnections(server: Server): Promise<number> {
  return new Promise((resolve) => server.getConnections((_error, connections) => resolve(connections ?? 0)))
}
