import { Agent } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { signTask, type Task } from '../../support/crash/provider.ts'
import { createRandom, type Random } from '../../support/random.ts'
import { forge } from '../chaos/forge.ts'
import { send, type Manner, type SendOptions } from './send.ts'

/** What is sent, each with its share of a hundred. */
const shares = {
  valid: 40,
  duplicate: 15,
  failing: 5,
  forged: 15,
  oversized: 5,
  slow: 7,
  stalled: 3,
  aborted: 10,
}
export type Kind = keyof typeof shares
export const kinds = Object.keys(shares) as Kind[]

/** How often each answer was seen, by mount and kind. */
export type Answers = Map<string, Map<Kind, Map<string, number>>>

export interface TrafficOptions {
  readonly urls: Readonly<Record<string, string>>
  readonly perSecond: number
  readonly seed: number
  /** Milliseconds that the receiver's clock is ahead. */
  readonly aheadMs: number
  readonly answers: Answers
}

// A stalled delivery occupies one until it times out.
const count = 40
const bag = kinds.flatMap((kind) => Array<Kind>(shares[kind]).fill(kind))
let sendings = 0

/** Sends deliveries of every kind to every mount until it is stopped; then no connection is left. */
export function startTraffic({ urls, perSecond, seed, aheadMs, answers }: TrafficOptions): { stop(): Promise<void> } {
  const over = new AbortController()
  const agent = new Agent({ keepAlive: true })

  async function sendOne(mount: string, kind: Kind, random: Random): Promise<void> {
    const id = `event-${seed}-${sendings++}`
    // Others end by themselves.
    const options: SendOptions = kind === 'stalled' ? { agent, signal: over.signal } : { agent }
    const delivery =
      kind === 'forged' ? forge(id, random) : signTask(id, chooseTask(kind, random), Date.now() + aheadMs)
    const sendAgain = (): Promise<string> => send(urls[mount]!, delivery, toManner(kind), options)
    const first = await sendAgain()
    note(answers, mount, kind, kind === 'duplicate' && first.startsWith('2') ? await sendAgain() : first)
  }

  async function runClient(client: number): Promise<void> {
    const random = createRandom(seed, client)
    const mostWaitMs = (2_000 * count) / perSecond
    for (;;) {
      await wait(random.integer(mostWaitMs), undefined, { signal: over.signal }).catch(() => {})
      if (over.signal.aborted) return
      await sendOne(random.pick(Object.keys(urls)), random.pick(bag), random)
    }
  }

  const running = Promise.all(Array.from({ length: count }, (_, client) => runClient(client)))
  return {
    async stop() {
      over.abort()
      await running
      agent.destroy()
    },
  }
}

function toManner(kind: Kind): Manner {
  return kind === 'slow' || kind === 'stalled' || kind === 'oversized' || kind === 'aborted' ? kind : 'whole'
}

function chooseTask(kind: Kind, random: Random): Task {
  const failures = kind === 'failing' ? { failures: 1 } : {}
  return {
    ...failures,
    workMs: random.integer(5),
    padding: 'x'.repeat(random.integer(random.oneIn(10) ? 20_000 : 1_000)),
  }
}

function note(answers: Answers, mount: string, kind: Kind, label: string): void {
  const ofMount = answers.get(mount) ?? new Map<Kind, Map<string, number>>()
  const ofKind = ofMount.get(kind) ?? new Map<string, number>()
  answers.set(mount, ofMount.set(kind, ofKind.set(label, (ofKind.get(label) ?? 0) + 1)))
}
