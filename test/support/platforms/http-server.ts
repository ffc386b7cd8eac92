import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'

/** One request as the server saw it. */
export interface Seen {
  readonly method: string
  /** Path and query as received. */
  readonly url: string
  readonly headers: IncomingMessage['headers']
  /** The parsed body; `undefined` without one. */
  readonly body: unknown
}

/** The server's answer: JSON with a status, or what the function does itself. */
export type Answer =
  | { readonly status?: number; readonly headers?: Record<string, string>; readonly json?: unknown }
  | ((response: ServerResponse) => void)

/** A real HTTP server on loopback. */
export interface TestServer {
  readonly url: string
  readonly seen: Seen[]
  close(): Promise<void>
}

const open = new Set<TestServer>()

afterEach(async () => {
  await Promise.all([...open].map((server) => server.close()))
})

/** Starts a server; it closes after the test. */
export async function serve(answer: (seen: Seen, count: number) => Answer | Promise<Answer>): Promise<TestServer> {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const text = Buffer.concat(await request.toArray()).toString()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    const one: Seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
    seen.push(one)
    const made = await answer(one, seen.length)
    if (typeof made === 'function') return made(response)
    const content = made.json === undefined ? '' : JSON.stringify(made.json)
    response.writeHead(made.status ?? 200, { 'content-type': 'application/json', ...made.headers }).end(content)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const testServer: TestServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      if (!open.delete(testServer)) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
  open.add(testServer)
  return testServer
}
