import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { ReadableStream as NodeStream } from 'node:stream/web'
import { discardRest } from 'sallyport/node'
import { listen, type RunningServer } from './listen.ts'

/** Serves web-standard requests on `node:http`, which has no such interface. */
export function serveFetch(
  handle: (request: Request, context: { remoteAddress?: string }) => Promise<Response>,
  port: number,
): Promise<RunningServer> {
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing)
  })
  return listen(server, port)

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let request: Request | undefined
    try {
      request = toRequest(incoming, outgoing)
      const { remoteAddress } = incoming.socket
      const response = await handle(request, remoteAddress === undefined ? {} : { remoteAddress })
      outgoing.writeHead(response.status, Object.fromEntries(response.headers))
      outgoing.end(Buffer.from(await response.arrayBuffer()))
    } catch (error) {
      // Not every HTTP request can be a `Request`: TRACE cannot, nor can one without a path.
      const isTheirFault = request === undefined
      if (!isTheirFault) console.error(error)
      if (!outgoing.headersSent) outgoing.writeHead(isTheirFault ? 400 : 500)
      outgoing.end()
    }
    discardRest(incoming)
  }
}

function toRequest(incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const { rawHeaders, method = 'GET', url = '/' } = incoming
  const headers = new Headers()
  for (let index = 0; index < rawHeaders.length; index += 2) headers.append(rawHeaders[index]!, rawHeaders[index + 1]!)

  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })

  return new Request(`http://localhost${url}`, {
    method,
    headers,
    signal: gone.signal,
    ...(method === 'GET' || method === 'HEAD' ? undefined : { body: toStream(incoming), duplex: 'half' }),
  })
}

// Not `Readable.toWeb`: cancelling its stream destroys the connection, and the answer still has to be sent.
function toStream(incoming: IncomingMessage): ReadableStream {
  return NodeStream.from<Buffer>(incoming.iterator({ destroyOnReturn: false })) as ReadableStream
}
