import { readPercentile, type InboxStats, type MinuteCount } from 'sallyport/inbox'
import type { DeliveryCount } from 'sallyport/record'
import type { Overview } from './api.ts'

/** What an overview is made of. */
export interface OverviewFacts {
  readonly now: number
  readonly spanMs: number
  readonly stepMs: number
  /** `undefined` without an inbox. */
  readonly stats: InboxStats | undefined
  readonly oldestWaitingMs: number | undefined
  readonly minutes: readonly MinuteCount[]
  /** Empty without a record. */
  readonly counts: readonly DeliveryCount[]
  readonly silent: Overview['silent']
  readonly hasMinutes: boolean
}

type Step = { -readonly [Name in keyof Overview['steps'][number]]: number }
interface Sender {
  readonly provider: string
  stored: number
  handled: number
  retried: number
  dead: number
  refused: number
  readonly durations: number[]
}

/** Sums up minutes into steps, providers and codes. */
export function toOverview(facts: OverviewFacts): Overview {
  const { now, spanMs, stepMs, stats, oldestWaitingMs, minutes, counts, silent, hasMinutes } = facts
  const steps = createSteps(now, spanMs, stepMs)
  const senders = new Map<string, Sender>()
  const codes = new Map<string, { readonly code: string; readonly provider: string; count: number }>()

  for (const { minute, provider, outcome, count, durations = [] } of minutes) {
    const step = steps.find(minute)
    if (step === undefined) continue
    step[outcome] += count
    if (outcome === 'duplicate') continue
    const sender = findSender(senders, provider)
    sender[outcome] += count
    durations.forEach((each, index) => (sender.durations[index] = (sender.durations[index] ?? 0) + each))
  }
  for (const { minute, provider, code, count } of counts) {
    const step = steps.find(minute)
    if (code === undefined || step === undefined) continue
    step.refused += count
    findSender(senders, provider).refused += count
    const name = `${code} ${provider}`
    const known = codes.get(name) ?? { code, provider, count: 0 }
    known.count += count
    codes.set(name, known)
  }

  const { pending = 0, active = 0, done = 0, dead = 0 } = stats?.counts ?? {}
  const retrying = stats?.retrying ?? 0
  return {
    now,
    spanMs,
    hasMinutes,
    stepMs,
    steps: steps.all,
    waiting: Math.max(0, pending - retrying),
    oldestWaitingMs,
    active,
    retrying,
    dead,
    done,
    bytes: stats?.bytes,
    refusedByCode: [...codes.values()].toSorted((one, other) => other.count - one.count).slice(0, 20),
    senders: [...senders.values()]
      .map(({ durations, ...sender }) => ({
        ...sender,
        p50: toFinite(readPercentile(durations, 0.5)),
        p95: toFinite(readPercentile(durations, 0.95)),
      }))
      .toSorted((one, other) => other.stored + other.refused - one.stored - one.refused),
    silent,
  }
}

// JSON has no infinity; a bucket without an upper end is longer than five minutes.
function toFinite(durationMs: number | undefined): number | undefined {
  return durationMs === Infinity ? 600_000 : durationMs
}

function createSteps(now: number, spanMs: number, stepMs: number) {
  // Whole steps of the clock, so that a point keeps its place while time passes.
  const last = Math.floor(now / stepMs) * stepMs
  const first = last - spanMs + stepMs
  const all: Step[] = []
  for (let at = first; at <= last; at += stepMs)
    all.push({ at, stored: 0, handled: 0, retried: 0, dead: 0, duplicate: 0, refused: 0 })
  return { all, find: (time: number): Step | undefined => all[Math.floor((time - first) / stepMs)] }
}

function findSender(senders: Map<string, Sender>, provider: string): Sender {
  let sender = senders.get(provider)
  if (sender === undefined)
    senders.set(
      provider,
      (sender = { provider, stored: 0, handled: 0, retried: 0, dead: 0, refused: 0, durations: [] }),
    )
  return sender
}
