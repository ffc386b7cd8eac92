import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { captureNode } from 'sallyport/node'
import type { Exchange } from './exchange.ts'
import type { Forwarder } from './forward.ts'
import { forwardBody, forwardDelivery, readWhole, receiveDelivery, toExchange, toIncoming } from './handle-delivery.ts'
import { within } from './exchange.ts'
import type { Mounted } from './receivers.ts'

/** A running server. */
export interface Serving {
  readonly url: string
  /** Takes the exact bytes of an exchange again: forwards them, or receives them. */
  resend(exchange: Exchange): Promise<void>
  stop(): Promise<void>
}

/** Options of `serve`. */
export interface ServeOptions {
  readonly host: string
  readonly port: number
  readonly mounted: readonly Mounted[]
  readonly forwarder: Forwarder | undefined
  /** Whether every delivery is recorded, so that its body is read in any case. */
  readonly isRecorded: boolean
  /** Largest body that is forwarded or recorded. */
  readonly maxBodyBytes: number
  /** Called once the sender has its answer. */
  readonly onExchange: (exchange: Exchange) => void
}

// How long open requests may take once the command is asked to stop.
const drainMs = 5_000

/** Serves every receiver at its path, or forwards; without forwarding, `GET /` lists the paths. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { host, port, mounted, forwarder, isRecorded, maxBodyBytes, onExchange } = options
  const byPath = new Map(mounted.map((each) => [each.path, each]))
  const open = new Set<Promise<unknown>>()
  const server = createServer((request, response) => void answer(request, response))
  // The size of a head is limited; the number of its lines is not.
  server.maxHeadersCount = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '/'] = (request.url ?? '/').split('?', 1)
    const found = byPath.get(path)
    const receiver = found?.receiver
    const exchange = toExchange(request, found)
    if (forwarder === undefined && receiver === undefined) {
      // What a browser asks for is no delivery.
      const isDelivery = request.method !== 'GET' && request.method !== 'HEAD'
      if (isDelivery && isRecorded)
        await track(readWhole(exchange, captureNode(request, response), maxBodyBytes).catch(() => undefined))
      exchange.status = answerPlain(request, response, path, [...byPath.keys()])
      if (isDelivery) end(exchange)
      return
    }
    const work = forwarder
      ? forwardDelivery(exchange, { forwarder, receiver, maxBodyBytes }, request, response)
      : receiveDelivery(
          exchange,
          { receiver: receiver!, recorded: isRecorded ? maxBodyBytes : undefined },
          request,
          response,
        )
    await track(work.catch(() => void response.destroy()).then(() => end(exchange)))
  }

  function end(exchange: Exchange): void {
    exchange.durationMs = Date.now() - exchange.receivedAt
    onExchange(exchange)
  }

  function track(work: Promise<unknown>): Promise<unknown> {
    open.add(work)
    return work.finally(() => open.delete(work))
  }

  server.listen(port, host)
  await Promise.race([
    once(server, 'listening'),
    once(server, 'error').then(([error]) => Promise.reject(error as Error)),
  ])
  const { address, port: taken, family } = server.address() as AddressInfo
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${taken}`,
    async resend({ method, url, rawHeaders, remoteAddress, secure, provider, body }) {
      if (body === undefined) return
      const head = { method, url, rawHeaders, remoteAddress, secure, provider }
      const exchange: Exchange = { ...head, body, receivedAt: Date.now(), isResent: true }
      const receiver = mounted.find(({ name }) => name === provider)?.receiver
      if (forwarder) await track(forwardBody(exchange, { forwarder, receiver }, () => {}))
      else if (receiver) {
        const incoming = toIncoming(exchange, () => Promise.resolve(body))
        exchange.status = (await within(exchange, () => receiver.receive(incoming))).status
      } else return
      end(exchange)
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      await Promise.race([Promise.all(open), wait(drainMs, undefined, { ref: false })])
      forwarder?.stop()
      await Promise.all([...open, ...mounted.map(({ receiver }) => receiver?.settled())])
      server.closeAllConnections()
      await closed
    },
  }
}

function answerPlain(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  paths: readonly string[],
): number {
  request.resume()
  const isRoot = path === '/' && (request.method === 'GET' || request.method === 'HEAD')
  const status = isRoot ? 200 : 404
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' })
  response.end(`${isRoot ? 'Receiving at' : 'No receiver at this path; receiving at'}:\n${paths.join('\n')}\n`)
  return status
}
