import type { MinuteCount } from '../inbox/engine.ts'
import { pastMinutes, type Arrivals } from './silence.ts'

const minuteMs = 60_000
// Providers come from the names of receivers, so there are few.
const mostProviders = 200

const mostAheadMs = 10 * minuteMs

/** Whether a time cannot be: the clock was wrong, by more than those of two computers differ. */
export const isAhead = (at: number, now: number): boolean => at > now + mostAheadMs

/** When providers sent events, as far back as silence is judged by. */
export interface Past {
  /** Notes what an inbox counted. */
  noteMinutes(counts: readonly Pick<MinuteCount, 'minute' | 'provider' | 'outcome' | 'count'>[]): void
  /** Notes an event of a provider. */
  note(provider: string, at: number): void
  providers(): readonly string[]
  arrivals(provider: string): Arrivals
  /** Forgets what is too old, and what cannot be. */
  forget(now: number): void
  toText(): string
  /** Adds what was written before. @throws Error for a text that was not */
  addText(text: string): void
}

export function createPast(): Past {
  const minutesOf = new Map<string, Set<number>>()
  // In order, so that a check looks at the ends only: a receiver shares its thread.
  const sorted = new Map<string, number[]>()

  function add(provider: string, minute: number): void {
    const known = minutesOf.get(provider)
    if (known === undefined && minutesOf.size >= mostProviders) return
    const minutes = known ?? new Set()
    if (minutes.has(minute)) return
    minutes.add(minute)
    minutesOf.set(provider, minutes)
    const inOrder = sorted.get(provider)
    if (inOrder !== undefined && minute > inOrder.at(-1)!) inOrder.push(minute)
    else sorted.delete(provider)
  }

  function sort(provider: string): readonly number[] {
    const known = sorted.get(provider) ?? [...(minutesOf.get(provider) ?? [])].toSorted((one, other) => one - other)
    if (known.length > 0) sorted.set(provider, known)
    return known
  }

  function arrivals(provider: string): Arrivals {
    const minutes = sort(provider)
    return { minutes, from: minutes[0] ?? 0 }
  }

  return {
    noteMinutes(counts) {
      for (const { minute, provider, outcome, count } of counts)
        if (count > 0 && (outcome === 'stored' || outcome === 'duplicate')) add(provider, Math.floor(minute / minuteMs))
    },
    note: (provider, at) => add(provider, Math.floor(at / minuteMs)),
    providers: () => [...minutesOf.keys()],
    arrivals,
    forget(now) {
      const oldest = Math.floor(now / minuteMs) - pastMinutes
      for (const [provider, minutes] of minutesOf) {
        const known = sort(provider)
        let [start, end] = [0, known.length]
        while (start < end && known[start]! < oldest) minutes.delete(known[start++]!)
        while (start < end && isAhead(known[end - 1]! * minuteMs, now)) minutes.delete(known[--end]!)
        if (start < end) sorted.set(provider, known.slice(start, end))
        else {
          sorted.delete(provider)
          minutesOf.delete(provider)
        }
      }
    },
    toText: () =>
      JSON.stringify(Object.fromEntries([...minutesOf.keys()].map((name) => [name, pack(arrivals(name).minutes)]))),
    addText(text) {
      const packed = Object.entries(JSON.parse(text) as object).map(
        ([provider, each]) => [provider, unpack(each)] as const,
      )
      for (const [provider, minutes] of packed) for (const minute of minutes) add(provider, minute)
    },
  }
}

/** The first minute, and a bit for each minute from there on, as base64. */
type Packed = readonly [from: number, bits: string]

function pack(minutes: readonly number[]): Packed {
  const from = minutes[0] ?? 0
  const bits = Buffer.alloc(Math.ceil(((minutes.at(-1) ?? from) - from + 1) / 8))
  for (const minute of minutes) bits[(minute - from) >> 3]! |= 1 << ((minute - from) & 7)
  return [from, bits.toString('base64')]
}

function unpack(packed: unknown): number[] {
  const [from, text] = packed as Packed
  const bits = Buffer.from(text, 'base64')
  if (!Number.isSafeInteger(from) || bits.length * 8 > 2 * pastMinutes) throw new Error('a past in another format')
  const minutes: number[] = []
  for (let index = 0; index < bits.length * 8; index++)
    if (bits[index >> 3]! & (1 << (index & 7))) minutes.push(from + index)
  return minutes
}
