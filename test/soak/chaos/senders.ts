import { setTimeout as wait } from 'node:timers/promises'
import { deliver, type Seen } from '../../support/crash/deliver.ts'
import { signTask, type Task } from '../../support/crash/provider.ts'
import { createRandom, type Random } from '../../support/random.ts'
import type { Sent } from './count.ts'
import { forge } from './forge.ts'

/** Senders at work. */
export interface Senders {
  /** Begins no new event; resolves when each one begun is acknowledged or given up. */
  stop(): Promise<void>
}

/** How they send. */
export interface SenderOptions {
  readonly seed: number
  readonly ports: readonly number[]
  readonly perSecond: number
  readonly sent: Sent
}

// While a process hangs, half of the senders wait for it.
const count = 48
const patienceMs = 60_000
// Shorter than most pauses: what a sender gave up may still be stored when its receiver goes on.
const timeoutMs = 1_500
const longestRetryMs = 2_000

/**
 * Senders that follow the rules: each sends an event until a 2xx acknowledges it, signed again each time, to another server
 * after a failure, and not before a Retry-After. Some events are sent once more after that, and some deliveries are forged.
 */
export function startSenders({ seed, ports, perSecond, sent }: SenderOptions): Senders {
  const over = new AbortController()
  let endAt = Infinity
  let next = 0
  const nextPort = (): number => ports[next++ % ports.length]!

  async function trySend(delivery: Parameters<typeof deliver>[1]): Promise<Seen | undefined> {
    const seen = await deliver(nextPort(), delivery, timeoutMs).catch(() => undefined)
    if (seen === undefined) sent.unanswered++
    return seen
  }

  /** Resolves to whether its first acknowledgement was `accepted`; to `undefined` when it was given up. */
  async function sendUntilAcknowledged(id: string, task: Task, random: Random): Promise<boolean | undefined> {
    for (;;) {
      const seen = await trySend(signTask(id, task))
      if (seen && seen.status < 300) {
        sent.acknowledged.set(id, { isRejected: task.isPermanent === true })
        return isAccepted(seen)
      }
      if (seen) note(seen)
      if (Date.now() > endAt) {
        sent.givenUp++
        return undefined
      }
      const askedMs = Number(seen?.retryAfter ?? 0) * 1_000
      await wait(Math.min(askedMs, longestRetryMs) + 20 + random.integer(300))
    }
  }

  function note({ status }: Seen): void {
    if (status === 503) sent.unavailable++
    else sent.turnedAway++
  }

  async function sendForged(id: string, random: Random): Promise<void> {
    sent.forged++
    const seen = await trySend(forge(id, random))
    if (seen && seen.status < 300) sent.forgedAccepted++
  }

  async function sendAgain(id: string, task: Task, wasAccepted: boolean): Promise<void> {
    sent.repeated++
    const seen = await trySend(signTask(id, task))
    if (seen === undefined) return
    if (seen.status >= 300) note(seen)
    else if (wasAccepted && isAccepted(seen)) sent.acceptedTwice++
  }

  async function send(sender: number): Promise<void> {
    const random = createRandom(seed, sender + 1)
    const mostWaitMs = (2_000 * count) / perSecond
    for (let n = 0; !over.signal.aborted; n++) {
      await wait(random.integer(mostWaitMs), undefined, { signal: over.signal }).catch(() => {})
      if (random.oneIn(20)) await sendForged(`${sender}-${n}`, random)
      const id = `event-${sender}-${n}`
      const task = chooseTask(random)
      sent.events++
      const wasAccepted = await sendUntilAcknowledged(id, task, random)
      if (wasAccepted !== undefined && random.oneIn(20)) await sendAgain(id, task, wasAccepted)
    }
  }

  const sending = Promise.all(Array.from({ length: count }, (_, sender) => send(sender)))
  return {
    async stop() {
      endAt = Date.now() + patienceMs
      over.abort()
      await sending
    },
  }
}

function isAccepted({ body }: Seen): boolean {
  return (JSON.parse(body) as { outcome: string }).outcome === 'accepted'
}

function chooseTask(random: Random): Task {
  if (random.oneIn(50)) return { isPermanent: true }
  if (random.oneIn(20)) return { failures: 1 + random.integer(2) }
  if (random.oneIn(50)) return { workMs: random.integer(1_500) }
  if (random.oneIn(50)) return { padding: 'x'.repeat(random.integer(20_000)) }
  return { workMs: random.integer(20) }
}
