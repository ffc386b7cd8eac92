import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { captureNode, writeReply } from 'sallyport/node'
import type { Mounted } from './receivers.ts'
import type { Recorder } from './record.ts'

/** A running server. */
export interface Serving {
  readonly url: string
  stop(): Promise<void>
}

/** Options of `serve`. */
export interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly mounted: readonly Mounted[]
  readonly recorder: Recorder | undefined
  /** Called with the path of each file that was written. */
  readonly onRecorded: (path: string) => void
}

/** Serves every receiver at its path; `GET /` lists the paths. */
export async function serve({ host, port, mounted, recorder, onRecorded }: ServeOptions): Promise<Serving> {
  const byPath = new Map(mounted.map((each) => [each.path, each]))
  const server = createServer((request, response) => void answer(request, response))

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    const found = byPath.get(path)
    if (found === undefined) return answerPlain(request, response, path, [...byPath.keys()])
    const captured = captureNode(request, response)
    const watched = recorder?.watch(captured)
    const reply = await found.receiver.receive(watched?.incoming ?? captured)
    writeReply(reply, request, response)
    const saved = await watched?.save(found.name).catch(() => undefined)
    if (saved !== undefined) onRecorded(saved)
  }

  server.listen(port, host)
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => Promise.reject(error as Error)),
  ])
  const { address, port: taken, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await Promise.all(mounted.map(({ receiver }) => receiver.settled()))
      server.closeAllConnections()
      await closed
    },
  }
}

function answerPlain(request: IncomingMessage, response: ServerResponse, path: string, paths: readonly string[]): void {
  request.resume()
  const isRoot = path === '/' && (request.method === 'GET' || request.method === 'HEAD')
  response.writeHead(isRoot ? 200 : 404, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${isRoot ? 'Receiving at' : 'No receiver at this path; receiving at'}:\n${paths.join('\n')}\n`)
}
