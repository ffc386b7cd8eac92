import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { Engine, EventState } from 'sallyport/inbox'
import { findFreePort } from '../../support/free-port.ts'
import { openEngine } from '../../support/inbox/open-engine.ts'
import { startActor, type Actor, type Mishaps } from './actors.ts'
import type { ActorOptions, Flaw, Role } from './actor-options.ts'
import { countOutcome, createSent, type Outcome, type Sent } from './count.ts'
import { readLedger } from './ledger.ts'
import { createPlan, type Fault } from './plan.ts'
import { startSenders } from './senders.ts'
import { leaseMs, type SoakStore } from '../stores/store.ts'

/** One run of one engine. */
export interface ChaosOptions {
  readonly openStore: () => Promise<SoakStore>
  readonly seed: number
  readonly durationMs: number
  /** Events sent in a second while all is well. @default 100 */
  readonly perSecond?: number
  readonly flaw?: Flaw
}

/** What was counted. */
export interface ChaosReport extends Outcome {
  readonly sent: Sent
  /** Faults that hit, by kind. */
  readonly faults: ReadonlyMap<string, number>
  readonly mishaps: Mishaps
  /** Milliseconds from the last fault's end until nothing waited to be handled. */
  readonly settledMs: number
  /** The end of what processes wrote to stderr. */
  readonly errors: string
}

const processes: readonly (readonly [name: string, role: Role])[] = [
  ['receiver 1', 'receiver'],
  ['receiver 2', 'receiver'],
  ['worker 1', 'worker'],
  ['worker 2', 'worker'],
]
const settleLimitMs = 90_000

/**
 * Runs receivers and workers in processes of their own while senders send and faults hit, lets everything settle, and compares
 * what was acknowledged with what was handled and stored.
 */
export async function runChaos({
  openStore,
  seed,
  durationMs,
  perSecond = 100,
  flaw,
}: ChaosOptions): Promise<ChaosReport> {
  const home = mkdtempSync(join(tmpdir(), 'sallyport-soak-'))
  const ledger = join(home, 'ledger')
  const store = await openStore()
  const sent = createSent()
  const mishaps: Mishaps = { ended: 0, endless: 0 }
  const actors: Actor[] = []
  try {
    const ports: number[] = []
    for (const [name, role] of processes) {
      const options: ActorOptions = { role, store: store.choice, ledger, flaw }
      const port = role === 'receiver' ? await findFreePort() : undefined
      if (port !== undefined) ports.push(port)
      actors.push(await startActor(name, port === undefined ? options : { ...options, port }, mishaps))
    }
    const names = processes.map(([name]) => name)
    const plan = createPlan({ seed, durationMs, processes: names, storeFaults: store.faults, leaseMs })
    const senders = startSenders({ seed, ports, perSecond, sent })
    const faults = await carryOut(plan, { actors, store, durationMs })
    await Promise.all(actors.map((actor) => actor.recover()))
    const healedAt = Date.now()
    await senders.stop()
    const stored = await readSettled(openEngine(store.viewer), () => Promise.all(actors.map((actor) => actor.end())))
    return {
      ...countOutcome(sent.acknowledged, readLedger(ledger), stored.states),
      sent,
      faults,
      mishaps,
      settledMs: stored.settledAt - healedAt,
      errors: actors.map((actor) => actor.errors() && `${actor.name}: ${actor.errors()}`).join(''),
    }
  } finally {
    await Promise.all(actors.map((actor) => actor.end()))
    await store.remove()
    rmSync(home, { recursive: true, force: true })
  }
}

/** What faults hit, and for how long. */
interface Scene {
  readonly actors: readonly Actor[]
  readonly store: SoakStore
  readonly durationMs: number
}

async function carryOut(plan: readonly Fault[], scene: Scene): Promise<ReadonlyMap<string, number>> {
  const { actors, store, durationMs } = scene
  const begunAt = Date.now()
  const counts = new Map<string, number>()
  let healing: Promise<void> = Promise.resolve()
  for (const { atMs, kind, whom, forMs } of plan) {
    await wait(Math.max(0, begunAt + atMs - Date.now()))
    let hasHit = true
    if (kind === 'kill' || kind === 'pause' || kind === 'stop')
      hasHit = actors.find(({ name }) => name === whom)!.strike(kind, forMs)
    else {
      await healing
      healing = store.strike(kind, forMs)
      // Its failure reaches the next `await`.
      healing.catch(() => {})
    }
    const name = whom === 'store' ? `store ${kind}` : `${kind} ${whom.split(' ')[0]}`
    if (hasHit) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  await healing
  await wait(Math.max(0, begunAt + durationMs - Date.now()))
  return counts
}

/** Waits until nothing is left to do, ends the processes, and reads what the store has. */
async function readSettled(engine: Engine, endProcesses: () => Promise<unknown>) {
  const end = Date.now() + settleLimitMs
  try {
    await engine.start()
    for (;;) {
      const { counts } = await engine.stats()
      if (counts.pending + counts.active === 0 || Date.now() > end) break
      await wait(200)
    }
    const settledAt = Date.now()
    await endProcesses()
    return { states: await readStates(engine), settledAt }
  } finally {
    await engine.stop({ drainMs: 0 })
  }
}

async function readStates(engine: Engine): Promise<ReadonlyMap<string, EventState>> {
  const states = new Map<string, EventState>()
  let after: string | undefined
  do {
    const page = await engine.list({ limit: 1_000, after })
    for (const { id, state } of page.events) states.set(id, state)
    after = page.next
  } while (after !== undefined)
  return states
}
