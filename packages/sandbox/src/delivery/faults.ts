import { SallyportError } from 'sallyport'
import { allow, checkOptions, type OptionRules } from 'sallyport/provider'

/**
 * Faults of a delivery, and what `ms` means for them:
 *
 * - `duplicate`: the request is sent twice
 * - `delay`: it is signed, then sent `ms` later
 * - `reorder`: it is sent after the next delivery of the same webhook, at most `ms` later
 * - `drop`: nothing is sent, as if the connection broke
 * - `corrupt`: one byte of the signed body is changed
 * - `wrong-signature`: it is signed with another secret; Fleet sends other header values
 * - `stale`: it is signed as of `ms` ago; no effect for Fleet, which signs nothing
 * - `slow-body`: half of the body is sent `ms` later, or until the receiver answers
 */
export const faultKinds = [
  'duplicate',
  'delay',
  'reorder',
  'drop',
  'corrupt',
  'wrong-signature',
  'stale',
  'slow-body',
] as const

/** A kind of fault. */
export type FaultKind = (typeof faultKinds)[number]

/** A fault, and when it happens. */
export interface Fault {
  readonly kind: FaultKind
  /** From 0 to 1. @default 1 */
  readonly probability?: number | undefined
  /** Whether it also affects retries. @default 'first' */
  readonly attempts?: 'first' | 'all' | undefined
  /** Milliseconds. @default depends on the kind */
  readonly ms?: number | undefined
}

/** A fault, its kind, or a text as `parseFault` reads it. */
export type FaultInput = Fault | string

/** A fault with all defaults. */
export interface CompleteFault {
  readonly kind: FaultKind
  readonly probability: number
  readonly attempts: 'first' | 'all'
  readonly ms: number
}

const defaultMs: Readonly<Record<FaultKind, number>> = {
  duplicate: 0,
  delay: 2_000,
  reorder: 1_000,
  drop: 0,
  corrupt: 0,
  'wrong-signature': 0,
  // Twice the tolerance of platforms that sign a time.
  stale: 600_000,
  'slow-body': 60_000,
}

/**
 * Parses a fault: `kind`, `kind:probability` or `kind:probability:milliseconds`.
 *
 * @throws SallyportError `OPTION_INVALID`; the message lists what is allowed
 * @example
 * parseFault('drop:0.2') // { kind: 'drop', probability: 0.2 }
 */
export function parseFault(text: string): Fault {
  const [kind = '', probability, ms, ...rest] = text.split(':')
  if (rest.length > 0) invalid(`"${text}" must be kind:probability:milliseconds`)
  return {
    kind: toKind(kind),
    probability: probability === undefined ? undefined : toProbability(toNumber(probability)),
    ms: ms === undefined ? undefined : toMs(toNumber(ms)),
  }
}

const rules: OptionRules<Fault> = {
  // It has its own message, which lists the kinds.
  kind: allow.anything,
  probability: allow.number(0, 1),
  attempts: allow.oneOf('first', 'all'),
  ms: allow.number(0, 86_400_000),
}

/** Checks faults and fills in defaults. @throws SallyportError `OPTION_INVALID` */
export function toFaults(inputs: readonly FaultInput[] = []): CompleteFault[] {
  return inputs.map((input) => {
    const fault = typeof input === 'string' ? parseFault(input) : input
    checkOptions('faults', fault, rules)
    const { kind, probability = 1, attempts = 'first', ms } = fault
    const checked = toKind(kind)
    return { kind: checked, probability, attempts, ms: ms ?? defaultMs[checked] }
  })
}

function toKind(kind: string): FaultKind {
  return (
    faultKinds.find((known) => known === kind) ?? invalid(`unknown kind "${kind}"; use one of ${faultKinds.join(', ')}`)
  )
}

function toProbability(value: number): number {
  return value >= 0 && value <= 1 ? value : invalid('probability must be a number between 0 and 1')
}

// One day: more than any receiver waits, and within a timer's range.
const longest = 86_400_000

function toMs(value: number): number {
  return value >= 0 && value <= longest ? value : invalid(`ms must be a number from 0 to ${longest}`)
}

// Number('') would be 0.
function toNumber(text: string): number {
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN
}

function invalid(detail: string): never {
  throw new SallyportError('OPTION_INVALID', `faults: ${detail}`)
}

/** Returns a number from 0 up to, but not including, 1. */
export type Random = () => number

/**
 * Creates a random function that repeats for the same seed (Mulberry32). Never make secrets with it.
 *
 * @example
 * const random = createRandom(42)
 */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The faults of one attempt, by kind. */
export type DrawnFaults = ReadonlyMap<FaultKind, CompleteFault>

/**
 * Draws the faults of one attempt. Pass the faults of the delivery first, then of its webhook, then of all: the first fault
 * of a kind decides. Each fault with a probability below 1 takes one random number, in that order.
 */
export function drawFaults(faults: readonly CompleteFault[], attemptNumber: number, random: Random): DrawnFaults {
  const decided = new Set<FaultKind>()
  const drawn = new Map<FaultKind, CompleteFault>()
  for (const fault of faults) {
    if (decided.has(fault.kind) || (fault.attempts === 'first' && attemptNumber > 1)) continue
    decided.add(fault.kind)
    if (fault.probability === 1 || random() < fault.probability) drawn.set(fault.kind, fault)
  }
  return drawn
}

/**
 * Returns a copy of a body with one bit flipped; ASCII stays ASCII.
 *
 * @param range which bytes it may change: from the first index up to, but not including, the second
 * @example
 * const forged = corrupt(body, createRandom(42))
 */
export function corrupt(
  body: Uint8Array,
  random: Random,
  [from, to]: readonly [from: number, to: number] = [0, body.byteLength],
): Uint8Array {
  const altered = Uint8Array.from(body)
  const index = from + Math.floor(random() * (to - from))
  // A bit that keeps ASCII what it is, so that the body is still text.
  if (index < altered.length) altered[index] = altered[index]! ^ 1
  return altered
}
