import { refuse, type Refusal } from '../verdict.ts'

/** Times and bounds of a key cache. */
export interface KeyCacheOptions {
  /** Milliseconds a key is used without asking again. @default 3_600_000, one hour */
  readonly lifetimeMs?: number | undefined
  /** Milliseconds a key is still used after its lifetime while it cannot be fetched again. @default 86_400_000, one day */
  readonly staleMs?: number | undefined
  /** Milliseconds one look-up may take. @default 5_000 */
  readonly timeoutMs?: number | undefined
  /** Milliseconds for which a failed look-up is not tried again. @default 30_000 */
  readonly retryMs?: number | undefined
  /** The clock of the cache, in milliseconds from any start; it must not jump. @default performance.now */
  readonly clock?: (() => number) | undefined
}

/**
 * Looks up one key by its name; `undefined` where the sender says that there is none, or no more. Rejects if it cannot tell; the
 * message is for operators.
 */
export type LoadKey<Key> = (name: string, signal: AbortSignal) => Promise<Key | undefined>

/** Keys by name. */
export interface KeyCache<Key> {
  /** @param maxAgeMs an older key is looked up again. @default lifetimeMs */
  get(name: string, maxAgeMs?: number): Promise<Key | Refusal>
}

interface Entry<Key> {
  readonly key: Key
  readonly loadedAt: number
}

interface Failure {
  readonly failedAt: number
  readonly detail: string
}

/** A look-up under way. */
interface Flight<Key> {
  readonly found: Promise<Key | Refusal>
  readonly startedAt: number
  /** Whether the name had a key before. */
  readonly isKnown: boolean
  /** Deliveries that wait for it. */
  waiting: number
}

// Anybody may name a key, so what a name costs is bounded: memory, look-ups at once, look-ups per minute, deliveries that wait.
// Names that have a key are few, and look-ups of others take nothing from them: forged names must not keep an old key in use.
const mostKeys = 64
const mostFailures = 256
const mostAtOnce = 8
const mostPerMinute = 60
const mostWaiting = 100
const minuteMs = 60_000

/**
 * Keeps keys that are looked up by a name from outside. One look-up at a time per name; a key outlives failures for a while, but
 * not the answer that it is gone; a failed look-up is remembered. What cannot be had is a refusal `KEY_UNAVAILABLE`, never a key.
 */
export function createKeyCache<Key extends object>(load: LoadKey<Key>, options: KeyCacheOptions = {}): KeyCache<Key> {
  const { lifetimeMs = 3_600_000, staleMs = 86_400_000, timeoutMs = 5_000, retryMs = 30_000 } = options
  const { clock = () => performance.now() } = options
  const entries = new Map<string, Entry<Key>>()
  const failures = new Map<string, Failure>()
  const flights = new Map<string, Flight<Key>>()
  const starts: number[] = []

  return {
    async get(name, maxAgeMs = lifetimeMs) {
      const known = entries.get(name)
      if (known !== undefined && clock() - known.loadedAt <= maxAgeMs) return known.key
      const found = await refresh(name)
      if (!('code' in found)) return found
      // Asked again: the look-up may have found that the key is gone.
      const entry = entries.get(name)
      return entry !== undefined && clock() - entry.loadedAt <= lifetimeMs + staleMs ? entry.key : found
    },
  }

  function refresh(name: string): Promise<Key | Refusal> | Refusal {
    const failure = failures.get(name)
    if (failure !== undefined && clock() - failure.failedAt < retryMs)
      return refuse('KEY_UNAVAILABLE', `${failure.detail}; it is not asked again so soon`)
    forgetLost()
    const flight = flights.get(name)
    const isKnown = entries.has(name)
    let waiting = 0
    for (const each of flights.values()) if (each.isKnown === isKnown) waiting += each.waiting
    if (waiting >= mostWaiting) return refuse('KEY_UNAVAILABLE', `${mostWaiting} deliveries wait for keys already`)
    if (flight === undefined && !isKnown && !mayStart())
      return refuse('KEY_UNAVAILABLE', 'too many unknown keys are named')
    return wait(name, flight ?? start(name, isKnown))
  }

  // Workers end what belongs to a request with it, timers too. Others must not wait for its look-up, nor count with it, for ever.
  function forgetLost(): void {
    for (const [name, { startedAt }] of flights) if (clock() - startedAt > timeoutMs) flights.delete(name)
  }

  async function wait(name: string, flight: Flight<Key>): Promise<Key | Refusal> {
    flight.waiting++
    try {
      return await limit(flight.found)
    } catch {
      // It does not reject by itself: it is lost.
      if (flights.get(name) === flight) flights.delete(name)
      return refuse('KEY_UNAVAILABLE', 'the request that asked for the key has ended')
    } finally {
      flight.waiting--
    }
  }

  function mayStart(): boolean {
    const now = clock()
    while (starts.length > 0 && now - starts[0]! >= minuteMs) starts.shift()
    const atOnce = [...flights.values()].filter(({ isKnown }) => !isKnown).length
    return atOnce < mostAtOnce && starts.length < mostPerMinute
  }

  function start(name: string, isKnown: boolean): Flight<Key> {
    const startedAt = clock()
    if (!isKnown) starts.push(startedAt)
    const found = lookUp(name).finally(() => {
      if (flights.get(name) === flight) flights.delete(name)
    })
    const flight = { found, startedAt, isKnown, waiting: 0 }
    flights.set(name, flight)
    return flight
  }

  async function lookUp(name: string): Promise<Key | Refusal> {
    try {
      const key = await within(name)
      if (key === undefined) return forgetKey(name)
      failures.delete(name)
      remember(entries, name, { key, loadedAt: clock() }, mostKeys)
      return key
    } catch (error) {
      return fail(name, `the key could not be fetched: ${error instanceof Error ? error.message : 'no reason given'}`)
    }
  }

  function forgetKey(name: string): Refusal {
    entries.delete(name)
    return fail(name, 'the sender has no such key, or no more')
  }

  function fail(name: string, detail: string): Refusal {
    remember(failures, name, { failedAt: clock(), detail }, mostFailures)
    return refuse('KEY_UNAVAILABLE', detail)
  }

  // So that a function that throws at once rejects like any other.
  async function ask(name: string, signal: AbortSignal): Promise<Key | undefined> {
    return load(name, signal)
  }

  // A function that ignores its signal must not hold deliveries.
  async function within(name: string): Promise<Key | undefined> {
    const ending = new AbortController()
    return limit(ask(name, ending.signal), () => ending.abort())
  }

  function limit<Value>(work: Promise<Value>, onLate?: () => void): Promise<Value> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`no answer within ${timeoutMs} ms`))
        onLate?.()
      }, timeoutMs)
      work.finally(() => clearTimeout(timer)).then(resolve, reject)
    })
  }
}

function remember<Value>(map: Map<string, Value>, name: string, value: Value, most: number): void {
  map.delete(name)
  map.set(name, value)
  if (map.size > most) for (const [oldest] of map) return void map.delete(oldest)
}
