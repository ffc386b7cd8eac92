import { Agent, request } from 'node:http'
import { connect, constants, type ClientHttp2Session } from 'node:http2'
import { Agent as TlsAgent, request as requestTls } from 'node:https'
import { text } from 'node:stream/consumers'
import { signDelivery } from 'sallyport/testing'
import { provider, secret } from '../inbox/receivers.ts'

/** How a delivery ended for its sender. */
export interface Sent {
  readonly id: string
  readonly status?: number
  /** Code of the error, where there was no answer. */
  readonly error?: string
  /** Whether its connection was there before. */
  readonly isReused: boolean
  /** Port of the sender's end of the connection, where it got no answer over HTTP/1. */
  readonly port?: number | undefined
}

/** The error of a stream of HTTP/2 that the server says it did not read: any client may send it again (RFC 9113, section 8.7). */
export const refused = 'REFUSED_STREAM'

/** Senders that keep their connections and send without pause. */
export interface Load {
  readonly sent: readonly Sent[]
  /** Resolves when each sender has met an error other than `refused`. */
  readonly over: Promise<void>
}

// The certificate of a server that the tests start is its own.
const tls = { rejectUnauthorized: false }

/**
 * Each sender sends one delivery after the other over a kept connection, until it gets no answer.
 *
 * @param pauseMs longest pause between two deliveries of a sender, in which its connection is idle. @default 0
 */
export function startLoad(url: string, senders: number, pauseMs = 0): Load {
  const kept = { keepAlive: true, maxSockets: senders }
  const agent = url.startsWith('https:') ? new TlsAgent({ ...kept, ...tls }) : new Agent(kept)
  return start(
    'http1',
    senders,
    pauseMs,
    () => (id) => sendOnce(url, agent, id),
    () => agent.destroy(),
  )
}

/** The same over HTTP/2: each sender has a session, and opens another one when that has ended. */
export function startHttp2Load(url: string, senders: number, pauseMs = 0): Load {
  return start('http2', senders, pauseMs, () => {
    let session: ClientHttp2Session | undefined
    return async (id) => {
      const isReused = session !== undefined && !session.closed
      session = isReused ? session : connect(url, tls).on('error', () => {})
      return sendByHttp2(session!, id, isReused)
    }
  })
}

function start(
  name: string,
  senders: number,
  pauseMs: number,
  open: () => (id: string) => Promise<Sent>,
  end: () => void = () => {},
): Load {
  const sent: Sent[] = []

  async function run(sender: number): Promise<void> {
    const send = open()
    for (let number = 0; ; number++) {
      const outcome = await send(`msg_${name}_${pauseMs}_${sender}_${number}`)
      sent.push(outcome)
      if (outcome.error !== undefined && outcome.error !== refused) return
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * pauseMs))
    }
  }

  const over = Promise.all(Array.from({ length: senders }, (_none, sender) => run(sender))).then(end)
  return { sent, over }
}

const signOne = (id: string): ReturnType<typeof signDelivery> =>
  signDelivery(provider, { secret, id, body: { type: 'order.paid', data: { amount: 5 } } })

/** Sends a delivery of an event with this id. */
export function sendOnce(url: string, agent: Agent, id: string): Promise<Sent> {
  const { plainHeaders, body } = signOne(id)
  const open = url.startsWith('https:') ? requestTls : request
  return new Promise((resolve) => {
    const sending = open(url, { method: 'POST', agent, headers: plainHeaders })
    let port: number | undefined
    // A reset socket no longer knows.
    sending.once('socket', (socket) => {
      if (socket.localPort !== undefined) port = socket.localPort
      else socket.once('connect', () => (port = socket.localPort))
    })
    const fail = (error: string): void => resolve({ id, error, isReused: sending.reusedSocket, port })
    sending.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => fail(code))
    sending.once('response', (response) => {
      const { statusCode = 0 } = response
      text(response).then(
        () => resolve({ id, status: statusCode, isReused: sending.reusedSocket }),
        () => fail('aborted'),
      )
    })
    sending.end(body)
  })
}

function sendByHttp2(session: ClientHttp2Session, id: string, isReused: boolean): Promise<Sent> {
  const { plainHeaders, body } = signOne(id)
  return new Promise((resolve) => {
    const stream = session.request({ ':method': 'POST', ':path': '/', ...plainHeaders })
    let status: number | undefined
    let failure: NodeJS.ErrnoException | undefined
    stream.once('response', (headers) => (status = headers[':status']))
    stream.once('error', (error: NodeJS.ErrnoException) => (failure = error))
    stream.once('close', () => {
      if (status !== undefined && failure === undefined) return resolve({ id, status, isReused })
      // Where the connection failed, the stream was cancelled for that.
      const { code = 'unknown' } = (failure?.cause as NodeJS.ErrnoException | undefined) ?? failure ?? {}
      resolve({ id, error: stream.rstCode === constants.NGHTTP2_REFUSED_STREAM ? refused : code, isReused })
    })
    stream.resume().end(body)
  })
}
