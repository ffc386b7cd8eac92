import { subscribe } from 'node:diagnostics_channel'
import type { ServerHttp2Session } from 'node:http2'
import type { Server, Socket } from 'node:net'

/**
 * What is open at a server. `node:http` counts no connection that was upgraded or is in its TLS handshake, and `node:http2` shows
 * no session.
 */
export interface Connections {
  readonly sockets: ReadonlySet<Socket>
  /** Those of HTTP/2. */
  readonly sessions: ReadonlySet<ServerHttp2Session>
}

interface Watched {
  readonly sockets: Set<Socket>
  readonly sessions: Set<ServerHttp2Session>
}

const watched = new WeakMap<object, Watched>()

/** What is open at a server, from the call on; or since it listens, if this module was loaded before. */
export function connectionsOf(server: Server): Connections {
  const known = watched.get(server) ?? watch(server)
  watched.set(server, known)
  return known
}

function watch(server: Server): Watched {
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session)
    session.once('close', () => sessions.delete(session))
  })
  return { sockets, sessions }
}

// Node publishes it before the server gets its first connection; `closeGracefully` learns of the server only when that ends.
subscribe('tracing:net.server.listen:asyncStart', (message) => {
  connectionsOf((message as { readonly server: Server }).server)
})
