import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { sonzaiPlatform } from '../platform.ts'
import { accepted, type DemoDelivery } from '../delivery.ts'
import { send, type TimedAnswer } from '../send.ts'

/** Sends events as a platform does: each until it is acknowledged. */
export interface Senders {
  /** Every event that was sent, by name. */
  readonly sent: ReadonlySet<string>
  /** Those that got a 2xx. */
  readonly acknowledged: ReadonlySet<string>
  /** Tries that got none: a connection that broke or was refused. */
  readonly failedTries: () => number
  /** Acknowledged as something that the inbox had already: the first answer was lost with the server. */
  readonly duplicates: () => number
  /** Resolves to the answer that acknowledged it. */
  send(name: string): Promise<TimedAnswer>
  close(): void
}

const betweenTriesMs = 50
const patienceMs = 20_000

export function createSenders(port: number): Senders {
  const agent = new Agent({ keepAlive: true })
  const origin = `http://127.0.0.1:${port}`
  const sent = new Set<string>()
  const acknowledged = new Set<string>()
  let failedTries = 0
  let duplicates = 0

  async function sendUntilAcknowledged(delivery: DemoDelivery): Promise<TimedAnswer> {
    const end = Date.now() + patienceMs
    while (Date.now() < end) {
      const answer = await send(origin, delivery, agent)
      if (answer.status >= 200 && answer.status < 300) return answer
      failedTries++
      await wait(betweenTriesMs)
    }
    throw new Error('the server of the demo acknowledges nothing')
  }

  return {
    sent,
    acknowledged,
    failedTries: () => failedTries,
    duplicates: () => duplicates,
    async send(name) {
      const delivery = sonzaiPlatform.make({ name, expected: accepted('handled') })
      sent.add(name)
      const answer = await sendUntilAcknowledged(delivery)
      acknowledged.add(name)
      if (answer.result === 'duplicate') duplicates++
      return answer
    },
    close: () => agent.destroy(),
  }
}

/** Sends many events, so many at a time. */
export async function sendBurst(senders: Senders, count: number, atATime: number): Promise<void> {
  let next = 0
  async function work(): Promise<void> {
    while (next < count) await senders.send(`burst ${next++}`)
  }
  await Promise.all(Array.from({ length: atATime }, work))
}
