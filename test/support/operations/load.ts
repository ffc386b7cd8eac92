import { Agent, request } from 'node:http'
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
}

/** Senders that keep their connections and send without pause. */
export interface Load {
  readonly sent: readonly Sent[]
  /** Resolves when each sender has met an error. */
  readonly over: Promise<void>
}

/**
 * Each sender sends one delivery after the other over a kept connection, until it gets no answer.
 *
 * @param pauseMs longest pause between two deliveries of a sender, in which its connection is idle. @default 0
 */
export function startLoad(url: string, senders: number, pauseMs = 0): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: senders })
  const sent: Sent[] = []

  async function send(sender: number): Promise<void> {
    for (let number = 0; ; number++) {
      const outcome = await sendOnce(url, agent, `msg_${pauseMs}_${sender}_${number}`)
      sent.push(outcome)
      if (outcome.error !== undefined) return
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * pauseMs))
    }
  }

  const over = Promise.all(Array.from({ length: senders }, (_none, sender) => send(sender))).then(() => agent.destroy())
  return { sent, over }
}

/** Sends a delivery of an event with this id. */
export function sendOnce(url: string, agent: Agent, id: string): Promise<Sent> {
  const { plainHeaders, body } = signDelivery(provider, {
    secret,
    id,
    body: { type: 'order.paid', data: { amount: 5 } },
  })
  return new Promise((resolve) => {
    const sending = request(url, { method: 'POST', agent, headers: plainHeaders })
    const fail = (error: string): void => resolve({ id, error, isReused: sending.reusedSocket })
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
