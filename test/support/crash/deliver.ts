import { Agent, request } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { SignedDelivery } from 'sallyport/testing'

const agent = new Agent({ keepAlive: true })

/** What a sender gets of an answer. */
export interface Seen {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: string
}

/**
 * Sends a delivery once; rejects if the connection breaks.
 *
 * @param timeout milliseconds without a byte after which it gives up
 */
export function deliver(port: number, { headers, body, url }: SignedDelivery, timeout = 10_000): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: url, method: 'POST', agent, timeout }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode!, retryAfter: response.headers['retry-after'], body: text }),
      )
      response.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer')))
    sent.on('error', reject)
    for (const [name, value] of headers) sent.setHeader(name, value)
    sent.end(body)
  })
}

const patienceMs = 25_000

/**
 * Sends like a sender: repeats until it is acknowledged. Resolves to that answer.
 *
 * @param onAnswer called with every answer
 */
export async function deliverUntilAcknowledged(
  port: number,
  delivery: SignedDelivery,
  onAnswer: (seen: Seen) => void = () => {},
  giveUp?: AbortSignal,
): Promise<Seen> {
  const end = Date.now() + patienceMs
  for (;;) {
    const seen = await deliver(port, delivery).catch(() => undefined)
    if (seen) onAnswer(seen)
    if (seen && seen.status < 300) return seen
    if (seen && (seen.status !== 503 || seen.retryAfter === undefined))
      throw new Error(`answered ${seen.status}: ${seen.body}`)
    giveUp?.throwIfAborted()
    if (Date.now() > end) throw new Error(`never acknowledged; the last answer: ${JSON.stringify(seen)}`)
    await wait(5 + Math.random() * 20)
  }
}
