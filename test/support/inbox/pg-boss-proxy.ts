import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { databaseUrl } from './pg-boss-database.ts'

/** A connection to a server that can be cut. */
export interface Proxy {
  /** URL of the server through this proxy. */
  readonly url: string
  /** Closes connections and refuses new ones, like a stopped server. */
  cut(): Promise<void>
  /** Drops every byte from now on, like a lost network. */
  swallow(): void
  /** Keeps every byte until `restore`, like a server that hangs. */
  pause(): void
  restore(): Promise<void>
}

/** @param serverUrl where it leads to */
export async function openProxy(serverUrl = databaseUrl): Promise<Proxy> {
  const target = new URL(serverUrl)
  const sockets = new Set<Socket>()
  let isSwallowing = false
  let isPaused = false
  let server: Server | undefined
  let port = 0

  function join(near: Socket): void {
    const far = connect(Number(target.port || 5432), target.hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (data) => void (isSwallowing || to.write(data)))
      if (isPaused) from.pause()
      from.on('error', () => to.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  }

  async function restore(): Promise<void> {
    isSwallowing = false
    isPaused = false
    for (const socket of sockets) socket.resume()
    if (server !== undefined) return
    server = createServer(join).listen(port, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as { port: number }).port
  }

  await restore()
  const url = new URL(serverUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  return {
    url: url.href,
    restore,
    swallow() {
      isSwallowing = true
    },
    pause() {
      isPaused = true
      for (const socket of sockets) socket.pause()
    },
    async cut() {
      const closing = server
      server = undefined
      if (closing === undefined) return
      const closed = once(closing, 'close')
      closing.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
