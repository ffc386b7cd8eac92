import { allow } from '../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../options/check-options.ts'
import { SallyportError } from '../../errors/sallyport-error.ts'
import type { ReplayGuard, ReplayTerms } from '../replay-terms.ts'
import { ClaimList, type Claim } from './claim-list.ts'
import { createFingerprints } from './fingerprint.ts'
import { KeyTable } from './key-table.ts'
import { Line } from './line.ts'

/** Options of `createMemoryReplayGuard`. */
export interface MemoryReplayGuardOptions {
  /** Most keys remembered, about 31 bytes each: 64 MB for the default, once there are as many. @default 2_000_000 */
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
 * createReceiver(sonzai(), { secret, replayGuard: createMemoryReplayGuard({ capacity: 10_000_000 }) })
 */
export function createMemoryReplayGuard(options: MemoryReplayGuardOptions = {}): ReplayGuard {
  checkOptions('createMemoryReplayGuard', options, rules)
  const { capacity = 2_000_000, elapsed = () => performance.now() } = options
  const toFingerprint = createFingerprints()
  const keys = new KeyTable()
  // One for each pair of terms of the receivers that share the guard: within it, the oldest claim is needed least.
  const lines: Line[] = []
  // Of the handlers at work; those in `overdue` run longer than a replay could pass, and take no room from other events.
  const claims = new Map<string, Claim>()
  const overdue = new ClaimList()
  const mostOverdue = Math.ceil(capacity / 10)

  function lineFor({ minimumMs, retentionMs }: ReplayTerms): Line {
    for (const line of lines) if (line.minimumMs === minimumMs && line.retentionMs === retentionMs) return line
    const line = new Line(minimumMs, retentionMs)
    lines.push(line)
    return line
  }

  function forget(claim: Claim): void {
    claims.delete(claim.key)
    claim.list.remove(claim)
    if (claim.list !== overdue) keys.remove(keys.find(claim.fingerprint))
  }

  /** Removes the oldest key of a line, and returns its claim if its handler is at work. */
  function takeOldest(line: Line): Claim | undefined {
    const place = keys.oldest(line)
    const { first } = line.claims
    // Claims are in the same order as the keys.
    const claim = first !== undefined && keys.has(place, first.fingerprint) ? first : undefined
    if (claim) line.claims.remove(claim)
    keys.remove(place)
    return claim
  }

  // Two a call: enough to catch up with the one that a call adds.
  function forgetExpired(line: Line, now: number, youngest: number): void {
    for (let count = 0; count < 2; count++) {
      const place = keys.oldest(line)
      if (place === 0 || !(keys.expiresAt(place) <= now && keys.sinceOf(place) <= youngest)) return
      const claim = takeOldest(line)
      if (claim) claims.delete(claim.key)
    }
  }

  // A clock that jumps ahead makes no key older, and one that is set back makes a delivery fresh again.
  function makeRoom(now: number, passed: number): void {
    for (const line of lines) forgetExpired(line, now, passed - line.minimumMs)
    for (let count = 0; count < 2 && overdue.first !== undefined && overdue.first.expiresAt <= now; count++)
      forget(overdue.first)
    if (keys.size < capacity) return
    let oldest: { readonly line: Line; readonly since: number } | undefined
    for (const line of lines) {
      const place = keys.oldest(line)
      if (place === 0) continue
      const since = keys.sinceOf(place)
      if (!(passed - since >= line.minimumMs && Math.abs(now - keys.atOf(place)) >= line.minimumMs)) continue
      if (oldest === undefined || since < oldest.since) oldest = { line, since }
    }
    if (oldest === undefined)
      throw new SallyportError('REPLAY_GUARD_FULL', `replay guard: all ${capacity} keys are in use; raise its capacity`)
    const claim = takeOldest(oldest.line)
    if (claim === undefined) return
    overdue.add(claim)
    if (overdue.length > mostOverdue) forget(overdue.first!)
  }

  function add(key: string, fingerprint: string, terms: ReplayTerms, passed: number): void {
    const { claimId, now, retentionMs } = terms
    const line = lineFor(terms)
    const expiresAt = now + retentionMs
    const list = line.claims
    const claim: Claim = { key, fingerprint, claimId, expiresAt, list, previous: undefined, next: undefined }
    keys.add(line, fingerprint, now, passed)
    list.add(claim)
    claims.set(key, claim)
  }

  return {
    name: `memory, ${capacity} events`,
    claim(key, terms) {
      const { now } = terms
      const claim = claims.get(key)
      if (claim !== undefined && claim.expiresAt > now) return claim.claimId === undefined ? 'duplicate' : 'pending'
      if (claim) forget(claim)
      const fingerprint = claim?.fingerprint ?? toFingerprint(key)
      const place = keys.find(fingerprint)
      if (place !== 0) {
        if (keys.expiresAt(place) > now) return 'duplicate'
        keys.remove(place)
      }
      const passed = elapsed()
      makeRoom(now, passed)
      add(key, fingerprint, terms, passed)
      return 'claimed'
    },
    commit(key, { claimId }) {
      const claim = claims.get(key)
      if (claim === undefined || claim.claimId !== claimId) return
      claim.claimId = undefined
      // From now on the fingerprint is enough.
      if (claim.list === overdue) return
      claim.list.remove(claim)
      claims.delete(key)
    },
    release(key, { claimId }) {
      const claim = claims.get(key)
      if (claim !== undefined && claim.claimId === claimId) forget(claim)
    },
    // Without those set aside: they take no room.
    usage: () => ({ held: keys.size, capacity }),
  }
}
