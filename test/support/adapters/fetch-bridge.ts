import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { writeReply } from 'sallyport/node'

/** A web-standard handler that gets the sender's address. */
export type FetchHandler = (request: Request, remoteAddress: string | undefined) => Promise<Response>

/** Serves a web-standard handler over `node:http`: streams bodies in both framings and discards what is not read. */
export function bridge(handle: FetchHandler): Server {
  return createServer(async (incoming, outgoing) => {
    const url = URL.parse(incoming.url ?? '', `http://${incoming.headers.host ?? ''}`)
    if (url === null) return void outgoing.writeHead(400).end()
    const response = await handle(toRequest(url, incoming, outgoing), incoming.socket.remoteAddress)
    const { status, headers } = response
    const body = await response.text()
    incoming.removeAllListeners('data')
    writeReply({ status, headers: Object.fromEntries(headers), body, outcome: 'handled' }, incoming, outgoing)
  })
}

function toRequest(url: URL, incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const { method = 'GET', rawHeaders } = incoming
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) headers.append(rawHeaders[index]!, rawHeaders[index + 1]!)
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  const body = method === 'GET' || method === 'HEAD' ? null : toStream(incoming)
  return new Request(url, {
    method,
    headers,
    body,
    signal: gone.signal,
    duplex: 'half',
  })
}

function toStream(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      incoming.on('data', (chunk: Buffer) => {
        controller.enqueue(chunk)
        incoming.pause()
      })
      incoming.once('end', () => controller.close())
      incoming.once('error', (error) => controller.error(error))
      incoming.pause()
    },
    pull() {
      incoming.resume()
    },
    // As bridges do that pass on the stream itself.
    cancel() {
      incoming.destroy()
    },
  })
}
