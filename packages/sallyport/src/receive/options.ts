import { SallyportError } from '../errors/sallyport-error.ts'
import type { Inbox } from '../inbox/inbox.ts'
import type { JsonObject } from '../verify/decode.ts'
import type { BodyLimits } from '../verify/delivery.ts'
import {
  checkPositive,
  longestTimer,
  toVerifierSettings,
  type VerifierOptions,
  type VerifierSettings,
} from '../verify/options.ts'
import type { Identity, Provider } from '../verify/provider.ts'
import { openEmbeddedInbox } from './open-embedded-inbox.ts'
import { createMemoryReplayGuard } from './replay-guard.ts'
import type { ReplayGuard } from './replay-terms.ts'

/** Options of `createReceiver`. */
export interface ReceiverOptions extends VerifierOptions {
  /** Milliseconds a body may take to arrive. @default 30_000 */
  readonly bodyTimeoutMs?: number | undefined
  /** Milliseconds until the sender gets a 503 and retries; the handler continues. @default the provider's, else 30_000 */
  readonly handlerTimeoutMs?: number | undefined
  /** Event types the provider does not declare: acknowledged and passed to `onUnknown`, or refused with 422. @default 'accept' */
  readonly unknownEvents?: 'accept' | 'reject' | undefined
  /** Where handled events are remembered; `'off'` handles every duplicate and shows in `describe()`. @default in memory */
  readonly replayGuard?: ReplayGuard | 'off' | undefined
  /**
   * Milliseconds an event is remembered; at least twice the tolerance. @default the provider's, else 86_400_000; never less
   * than the sender's retry window
   */
  readonly retentionMs?: number | undefined
  /**
   * Stores events durably and answers 202; handlers run afterwards, with retries and dead letters. An inbox made by
   * `createInbox`, or the file of an SQLite inbox. It drops duplicates itself, so it replaces the replay guard. @default none
   */
  readonly inbox?: Inbox | string | undefined
  /**
   * Names the event for duplicates, from signed content; `undefined` skips the check for this event. Read a number that is an
   * id with `readId(signed.body, …)`: `identity.data` has it only as a number.
   */
  readonly dedupeKey?:
    | ((identity: Identity & { readonly type: string }, signed: { readonly body: JsonObject }) => string | undefined)
    | undefined
}

/** Options with every default filled in; times in milliseconds. */
export interface Settings extends BodyLimits, VerifierSettings {
  readonly typeRequired: true
  readonly handlerTimeoutMs: number
  readonly unknownEvents: 'accept' | 'reject'
  readonly replayGuard: ReplayGuard | undefined
  readonly retentionMs: number
  readonly inbox: Inbox | undefined
}

/**
 * Fills in and checks options.
 *
 * @throws SallyportError `OPTION_INVALID`, naming the provider and the option
 */
export function toSettings(options: ReceiverOptions, provider: Provider): Settings {
  const verifier = toVerifierSettings(options, provider)
  const { toleranceMs } = verifier
  const { unknownEvents = 'accept', inbox, bodyTimeoutMs = 30_000 } = options
  const handlerTimeoutMs = options.handlerTimeoutMs ?? provider.handlerTimeoutMs ?? 30_000
  const retentionMs = checkPositive(
    provider,
    'retentionMs',
    options.retentionMs ??
      Math.max(provider.retentionMs ?? Math.max(86_400_000, 2 * toleranceMs), provider.retryWindow?.ms ?? 0),
  )
  if (retentionMs < 2 * toleranceMs)
    invalid(
      `retentionMs must be at least twice toleranceMs (${2 * toleranceMs}), not ${retentionMs}: replays could pass`,
    )
  if (inbox !== undefined && options.replayGuard !== undefined)
    invalid('remove replayGuard: the inbox drops duplicates itself')
  if (unknownEvents !== 'accept' && unknownEvents !== 'reject')
    invalid(`unknownEvents must be 'accept' or 'reject', not ${String(unknownEvents)}`)
  const { replayGuard = inbox === undefined ? createMemoryReplayGuard() : 'off' } = options
  return {
    ...verifier,
    typeRequired: true,
    retentionMs,
    bodyTimeoutMs: checkPositive(provider, 'bodyTimeoutMs', bodyTimeoutMs, longestTimer),
    handlerTimeoutMs: checkPositive(provider, 'handlerTimeoutMs', handlerTimeoutMs, longestTimer),
    unknownEvents,
    replayGuard: replayGuard === 'off' ? undefined : replayGuard,
    inbox: typeof inbox === 'string' ? openEmbeddedInbox(inbox) : inbox,
  }

  function invalid(problem: string): never {
    throw new SallyportError('OPTION_INVALID', `${provider.name}: ${problem}`)
  }
}
