import { request, type Agent, type ClientRequest } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { SignedDelivery } from 'sallyport/testing'
import { maxBodyBytes } from './host-options.ts'

/** How the bytes of a body are sent. */
export type Manner = 'whole' | 'slow' | 'stalled' | 'oversized' | 'aborted'

export interface SendOptions {
  readonly agent: Agent
  /** Ends it before its answer. */
  readonly signal?: AbortSignal
}

/** Sends a delivery; resolves to its status with the outcome of a 2xx, or to `no answer`. */
export async function send(
  url: string,
  delivery: SignedDelivery,
  manner: Manner,
  options: SendOptions,
): Promise<string> {
  const sent = request(url, { method: 'POST', ...options })
  const answered = readAnswer(sent)
  for (const [name, value] of delivery.headers) sent.setHeader(name, value)
  await write[manner](sent, Buffer.from(delivery.body))
  const label = await answered
  // The server may close an idle connection in the moment in which it is used again.
  const isRetried = label === 'no answer' && sent.reusedSocket && (manner === 'whole' || manner === 'slow')
  return isRetried ? send(url, delivery, manner, options) : label
}

function readAnswer(sent: ClientRequest): Promise<string> {
  return new Promise((resolve) => {
    let isAnswered = false
    sent.on('response', (response) => {
      isAnswered = true
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => resolve(toLabel(response.statusCode!, text)))
      response.on('error', () => resolve('no answer'))
      response.on('close', () => resolve('no answer'))
    })
    sent.on('error', () => resolve('no answer'))
    // A connection that ends with the answer closes before the answer has been read.
    sent.on('close', () => isAnswered || resolve('no answer'))
  })
}

function toLabel(status: number, text: string): string {
  return status < 300 ? `${status} ${(JSON.parse(text) as { outcome: string }).outcome}` : String(status)
}

const pauseMs = 100
const half = (body: Buffer): Buffer => body.subarray(0, Math.ceil(body.length / 2))

const write: Readonly<Record<Manner, (sent: ClientRequest, body: Buffer) => Promise<void>>> = {
  async whole(sent, body) {
    sent.end(body)
  },
  async slow(sent, body) {
    const size = Math.ceil(body.length / 4)
    for (let at = 0; at < body.length; at += size) {
      sent.write(body.subarray(at, at + size))
      await wait(pauseMs)
    }
    sent.end()
  },
  async stalled(sent, body) {
    sent.setHeader('content-length', body.length)
    sent.write(half(body))
  },
  async oversized(sent, body) {
    // By its length, or only once the bytes are there.
    if (body.length % 2 === 0) sent.setHeader('content-length', maxBodyBytes + 1)
    const bytes = Buffer.alloc(maxBodyBytes + 1, body)
    sent.end(bytes)
  },
  async aborted(sent, body) {
    if (body.length % 2 === 0) {
      sent.setHeader('content-length', body.length)
      sent.write(half(body))
    } else sent.end(body)
    await wait(body.length % 3)
    sent.destroy()
  },
}
