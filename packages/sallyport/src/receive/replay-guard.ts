import { allow } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import { isOwnError, SallyportError } from '../errors/sallyport-error.ts'
import type { ReplayClaim, ReplayGuard, ReplayTerms } from './replay-terms.ts'
import { acknowledge, problem, type Reply } from './reply.ts'

/** Options of `createMemoryReplayGuard`. */
export interface MemoryReplayGuardOptions {
  /** Most keys remembered, about 250 bytes each. @default 200_000 */
  readonly capacity?: number | undefined
  /** Milliseconds since any start, by a clock that nobody sets. @default performance.now */
  readonly elapsed?: (() => number) | undefined
}

const rules: OptionRules<MemoryReplayGuardOptions> = { capacity: allow.integer(1), elapsed: allow.function }

/**
 * A replay guard in memory, for one process. When full it forgets the oldest key that is no longer needed to stop a replay. If
 * there is none it refuses with `REPLAY_GUARD_FULL` (503, the sender retries): it never lets a replay pass. A handler that is
 * still at work then keeps its claim beside the others; of a tenth of the capacity, the oldest such claim is forgotten. Each
 * call takes the same time, however many keys there are. Setting the clock makes no key older.
 *
 * @throws SallyportError `OPTION_INVALID` unless the capacity is a positive whole number
 * @example
 * createReceiver(sonzai(), { secret, replayGuard: createMemoryReplayGuard({ capacity: 1_000_000 }) })
 */
export function createMemoryReplayGuard(options: MemoryReplayGuardOptions = {}): ReplayGuard {
  checkOptions('createMemoryReplayGuard', options, rules)
  const { capacity = 200_000, elapsed = () => performance.now() } = options
  const keys = new Map<string, Entry>()
  // One for each `minimumMs` of the receivers that share the guard: within it, the oldest claim is needed least.
  const lines = new Map<number, Line>()
  // Claims of handlers that run longer than a replay could pass, so that they take no room from other events.
  const overdue = new Line()
  const mostOverdue = Math.ceil(capacity / 10)

  function forget(entry: Entry): void {
    entry.line.remove(entry)
    keys.delete(entry.key)
  }

  // Two a call: enough to catch up with the one that a call adds.
  function forgetExpired(line: Line, now: number, youngest: number): void {
    for (let count = 0; count < 2; count++) {
      const { first } = line
      if (first !== undefined && first.expiresAt <= now && first.since <= youngest) forget(first)
    }
  }

  // A clock that jumps ahead makes no key older, and one that is set back makes a delivery fresh again.
  function makeRoom(now: number, passed: number): void {
    for (const [minimumMs, line] of lines) forgetExpired(line, now, passed - minimumMs)
    forgetExpired(overdue, now, passed)
    if (keys.size - overdue.length < capacity) return
    let oldest: Entry | undefined
    for (const [minimumMs, { first }] of lines) {
      if (first === undefined || !(passed - first.since >= minimumMs && Math.abs(now - first.at) >= minimumMs)) continue
      if (oldest === undefined || first.since < oldest.since) oldest = first
    }
    if (oldest === undefined)
      throw new SallyportError('REPLAY_GUARD_FULL', `replay guard: all ${capacity} keys are in use; raise its capacity`)
    if (oldest.holder === undefined) return forget(oldest)
    oldest.line.remove(oldest)
    overdue.add(oldest)
    if (overdue.length > mostOverdue) forget(overdue.first!)
  }

  function add(key: string, { claimId, now, retentionMs, minimumMs }: ReplayTerms, passed: number): void {
    const line = lines.get(minimumMs) ?? new Line()
    lines.set(minimumMs, line)
    const entry: Entry = {
      key,
      holder: claimId,
      at: now,
      since: passed,
      expiresAt: now + retentionMs,
      line,
      previous: undefined,
      next: undefined,
    }
    line.add(entry)
    keys.set(key, entry)
  }

  return {
    name: `memory, ${capacity} events`,
    claim(key, terms) {
      const known = keys.get(key)
      if (known !== undefined && known.expiresAt > terms.now)
        return known.holder === undefined ? 'duplicate' : 'pending'
      if (known) forget(known)
      const passed = elapsed()
      makeRoom(terms.now, passed)
      add(key, terms, passed)
      return 'claimed'
    },
    commit(key, { claimId }) {
      const entry = keys.get(key)
      if (entry?.holder === claimId) entry.holder = undefined
    },
    release(key, { claimId }) {
      const entry = keys.get(key)
      if (entry?.holder === claimId) forget(entry)
    },
  }
}

interface Entry {
  readonly key: string
  /** The active claim; `undefined` once the event was handled. */
  holder: string | undefined
  /** When the claim was made, by the clock, which may have been wrong. */
  readonly at: number
  /** The same by the clock that nobody sets. */
  readonly since: number
  readonly expiresAt: number
  line: Line
  previous: Entry | undefined
  next: Entry | undefined
}

/** Entries by age. Not a `Map`: its iterator walks past what was deleted at the start, tens of thousands of places. */
class Line {
  first: Entry | undefined
  last: Entry | undefined
  length = 0

  add(entry: Entry): void {
    entry.line = this
    entry.previous = this.last
    entry.next = undefined
    if (this.last) this.last.next = entry
    else this.first = entry
    this.last = entry
    this.length++
  }

  remove({ previous, next }: Entry): void {
    if (previous) previous.next = next
    else this.first = next
    if (next) next.previous = previous
    else this.last = previous
    this.length--
  }
}

/** Lets each key through once. */
export interface Gate {
  /**
   * Runs `work` unless the key was handled before. A duplicate that arrives while the first is being handled waits for it: a
   * 2xx too early would tell its sender that an event is handled which may still fail.
   *
   * @throws SallyportError `REPLAY_GUARD_FAILED` or `REPLAY_GUARD_FULL`
   */
  enter(key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply>
}

/** @param onError gets the error when an outcome could not be recorded */
export function createReplayGate(guard: ReplayGuard, onError: (error: unknown) => void): Gate {
  const atWork = new Map<string, { readonly claimId: string; readonly reply: Promise<Reply> }>()

  return {
    enter(key, terms, work) {
      const claim = claimKey(key, terms)
      return typeof claim === 'string'
        ? proceed(claim, key, terms, work)
        : claim.then((answer) => proceed(answer, key, terms, work))
    },
  }

  // No promise where the guard needs none.
  function claimKey(key: string, terms: ReplayTerms): ReplayClaim | Promise<ReplayClaim> {
    try {
      const claim = guard.claim(key, terms)
      return typeof claim === 'string' ? claim : Promise.resolve(claim).catch(fail)
    } catch (cause) {
      return fail(cause)
    }
  }

  function proceed(claim: ReplayClaim, key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply> {
    if (claim === 'duplicate') return Promise.resolve(acknowledge('duplicate'))
    if (claim === 'pending') return follow(atWork.get(key)?.reply)
    // A guard that answers anything else knows nothing about the event: a replay could pass.
    if (claim !== 'claimed') return fail(new TypeError("claim must return 'claimed', 'duplicate' or 'pending'"))
    const reply = run(key, terms, work)
    atWork.set(key, { claimId: terms.claimId, reply })
    return reply
  }

  async function run(key: string, terms: ReplayTerms, work: () => Promise<Reply>): Promise<Reply> {
    let isDone = false
    try {
      const reply = await work()
      isDone = reply.status < 400
      return reply
    } finally {
      try {
        await (isDone ? guard.commit(key, terms) : guard.release(key, terms))
      } catch (cause) {
        onError(new SallyportError('REPLAY_GUARD_FAILED', 'the replay guard could not record an outcome', { cause }))
      }
      // The guard may have forgotten this claim meanwhile, and given the key to another delivery.
      if (atWork.get(key)?.claimId === terms.claimId) atWork.delete(key)
    }
  }
}

function fail(cause: unknown): never {
  throw isOwnError(cause) ? cause : new SallyportError('REPLAY_GUARD_FAILED', 'the replay guard failed', { cause })
}

// Nothing failed here: the first delivery reports its own failure, so this one is only refused.
function retryLater(): Reply {
  return { ...problem('DELIVERY_IN_PROGRESS'), outcome: 'refused' }
}

async function follow(first: Promise<Reply> | undefined): Promise<Reply> {
  const reply = await first?.catch(() => undefined)
  return reply !== undefined && reply.status < 400 ? acknowledge('duplicate') : retryLater()
}
