import { once } from 'node:events'
import { connect, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2'
import { text } from 'node:stream/consumers'
import type { SignedDelivery } from 'sallyport/testing'

/** What a sender reads. */
export interface Answer {
  readonly status: number
  readonly body: unknown
}

/** A connection over HTTP/2. */
export interface Http2Client {
  readonly session: ClientHttp2Session
  /** Opens a stream with the headers of a delivery, and sends no body. */
  begin(delivery: Pick<SignedDelivery, 'plainHeaders'>, headers?: OutgoingHttpHeaders): ClientHttp2Stream
  /** Sends a delivery. */
  send(delivery: SignedDelivery, headers?: OutgoingHttpHeaders): Promise<Answer>
}

/** Connects to the host of a URL; with any certificate. */
export async function connectHttp2(url: string): Promise<Http2Client> {
  const { origin, pathname } = new URL(url)
  const session = connect(origin, { rejectUnauthorized: false })
  // A session that breaks fails its streams too.
  session.on('error', () => {})
  await once(session, 'connect')

  function begin(
    { plainHeaders }: Pick<SignedDelivery, 'plainHeaders'>,
    more: OutgoingHttpHeaders = {},
  ): ClientHttp2Stream {
    const headers: Record<string, string | string[]> = {}
    for (const [name, value] of Object.entries(plainHeaders)) {
      const key = name.toLowerCase()
      headers[key] = key in headers ? [headers[key] as string, value] : value
    }
    const all = { ':method': 'POST', ':path': pathname, ...headers, ...more }
    return session.request(Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)))
  }

  return {
    session,
    begin,
    send(delivery, headers) {
      const stream = begin(delivery, { ':method': delivery.method, ...headers })
      stream.end(delivery.body)
      return readAnswer(stream)
    },
  }
}

/**
 * Reads the answer on a stream.
 *
 * @throws Error when the stream is reset or its connection ends first
 */
export async function readAnswer(stream: ClientHttp2Stream): Promise<Answer> {
  const gone = once(stream, 'close').then(() => Promise.reject(new Error(`closed with code ${stream.rstCode}`)))
  const [head] = (await Promise.race([once(stream, 'response'), gone])) as [{ ':status': number }]
  gone.catch(() => {})
  const content = await text(stream)
  return { status: head[':status'], body: content === '' ? undefined : JSON.parse(content) }
}
