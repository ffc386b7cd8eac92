import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { tryRead } from '../../errors/sallyport-error.ts'
import { allow } from '../../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../../options/check-options.ts'
import { readClock } from '../../verify/head.ts'
import type { Receiver } from '../receiver.ts'
import { listSenders } from '../check-receiver.ts'
import { recordChannel, runHook, type RecordMessage } from '../report.ts'
import { countKindBytes, CountTable, minuteMs, type DeliveryCount } from './count-table.ts'
import { toMatcher, type RecordFilter } from './filter.ts'
import { RecentDeliveries } from './recent-deliveries.ts'
import { toKept, type RecordedDelivery, type RecordedRefusal } from './recorded-delivery.ts'
import { RefusalSample } from './refusal-sample.ts'

export type { DeliveryCount, RecordedDelivery, RecordedRefusal, RecordFilter }

/** Options of `recordDeliveries`. */
export interface RecordOptions {
  /** Whose deliveries are recorded: what `createReceiver` or `anyOf` returned, no copy. @default every receiver of the process */
  readonly receivers?: readonly Pick<Receiver, 'receive'>[] | undefined
  /**
   * Most bytes kept: a quarter for recent deliveries, a half for refused ones, a quarter for counts. A delivery counts for 512
   * bytes and two per character, a kind of counts for 512 bytes and four per minute. @default 4_194_304
   */
  readonly maxBytes?: number | undefined
  /** Minutes that are counted, up to 10,080, a week. @default 1_440 */
  readonly minutes?: number | undefined
  /** The clock of the minutes, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

/** What happened to deliveries, in memory. */
export interface DeliveryRecord {
  /** The latest deliveries, newest first. @throws SallyportError `OPTION_INVALID` for a wrong filter */
  recent(filter?: RecordFilter): RecordedDelivery[]
  /** A sample of the deliveries answered with 4xx or 5xx, newest first. @throws SallyportError `OPTION_INVALID` for a wrong filter */
  refused(filter?: RecordFilter): RecordedRefusal[]
  /**
   * How many deliveries there were, per minute, provider, outcome and code; oldest minute first. Whole minutes: the one in which
   * `since` is counts too.
   *
   * @throws SallyportError `OPTION_INVALID` for a wrong filter
   */
  counts(filter?: RecordFilter): DeliveryCount[]
  /** Bytes kept now, as `maxBytes` counts them. */
  bytes(): number
  /** Ends the recording. What was recorded stays readable. */
  stop(): void
}

// One sender rarely meets more codes and outcomes.
const fewestKinds = 32

const rules: OptionRules<RecordOptions> = {
  receivers: allow.listOf(allow.having('a receiver', 'receive'), 'receivers, as createReceiver makes them'),
  maxBytes: allow.integer(65_536, 2 ** 40),
  minutes: allow.integer(1, 10_080),
  now: allow.function,
}

/**
 * Records the deliveries of the process from now on, in memory: the latest ones, a sample of those refused, and counts per
 * minute. Nothing is recorded until you call it. It keeps no body, no signature, no secret and no value of a header.
 *
 * @throws SallyportError `OPTION_INVALID`, naming the option
 * @example
 * const record = recordDeliveries()
 * record.refused({ provider: 'stripe', code: 'SIGNATURE_MISMATCH' })
 */
export function recordDeliveries(options: RecordOptions = {}): DeliveryRecord {
  checkOptions('recordDeliveries', options, rules)
  const { receivers, maxBytes = 4_194_304, minutes = 1_440, now = Date.now } = options
  const fewestBytes = 4 * fewestKinds * countKindBytes(minutes)
  if (maxBytes < fewestBytes)
    failOption(`recordDeliveries: maxBytes must be at least ${fewestBytes} for ${minutes} minutes, not ${maxBytes}`)
  const recent = new RecentDeliveries(maxBytes / 4)
  const refusals = new RefusalSample(maxBytes / 2)
  const table = new CountTable(maxBytes / 4, minutes)
  const wanted = receivers && new Set<object>(receivers.flatMap((receiver) => [receiver, ...listSenders(receiver)]))
  let order = 0
  let latestTime = 0

  // A clock that fails, or shows what is no date, stands still.
  function readTime(): number {
    const time = tryRead(() => readClock(now), latestTime)
    if (!Number.isNaN(new Date(time).getTime())) latestTime = time
    return latestTime
  }

  function add(message: RecordMessage): void {
    if (wanted?.has(message.receiver) === false) return
    const at = readTime()
    const minute = Math.floor(at / minuteMs)
    const kept = toKept(message, ++order, at)
    recent.add(kept)
    table.add(kept.delivery, minute)
    if (kept.delivery.code !== undefined) refusals.add(kept, minute)
  }

  // What a subscriber throws would end the process.
  const listener = (message: unknown): void => void runHook('recordDeliveries', () => add(message as RecordMessage))
  subscribe(recordChannel, listener)

  return {
    recent(filter = {}) {
      const matches = toMatcher('recent()', filter)
      return recent.read().filter(({ provider, code, receivedAt }) => matches(provider, code, receivedAt))
    },
    refused(filter = {}) {
      const matches = toMatcher('refused()', filter)
      return refusals.read().filter(({ provider, code, receivedAt }) => matches(provider, code, receivedAt))
    },
    counts(filter = {}) {
      const matches = toMatcher('counts()', filter)
      const rows = table.read(Math.floor(readTime() / minuteMs))
      return rows.filter(({ provider, code, minute }) => matches(provider, code, minute + minuteMs - 1))
    },
    bytes: () => recent.bytes + refusals.bytes + table.bytes,
    stop: () => void unsubscribe(recordChannel, listener),
  }
}
