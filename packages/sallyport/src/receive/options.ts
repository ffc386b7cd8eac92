import type { BodyLimits } from '../verify/delivery.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { openEmbeddedInbox } from './open-embedded-inbox.ts'
import type { Identity, Provider } from '../verify/provider.ts'
import { createMemoryReplayGuard, type ReplayGuard } from './replay-guard.ts'
import type { SecretSource } from '../verify/secrets.ts'

/** Options of `createVerifier`. */
export interface VerifierOptions {
  /**
   * What the sender signs with: one secret, several during rotation, or a function that looks them up per delivery.
   * `undefined` or `''` throws at start-up.
   */
  readonly secret?: SecretSource | undefined
  /** Milliseconds a signed time may differ from ours, either way; above 0. @default the provider's, else 300_000 */
  readonly toleranceMs?: number | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: () => number
  /** Must be `true` for a provider that authenticates nobody. @default false */
  readonly acceptUnauthenticated?: boolean
}

/** Options of `createReceiver`. */
export interface ReceiverOptions extends VerifierOptions {
  /** Largest body in bytes, on the wire and decoded. @default the provider's, else 1 MiB */
  readonly maxBodyBytes?: number
  /** Milliseconds a body may take to arrive. @default 30_000 */
  readonly bodyTimeoutMs?: number
  /** Milliseconds until the sender is told to try again while the handler goes on. @default 30_000 */
  readonly handlerTimeoutMs?: number
  /** Event types the provider does not declare: acknowledged and given to `onUnknown`, or refused with 422. @default 'accept' */
  readonly unknownEvents?: 'accept' | 'reject'
  /** Where handled events are remembered; `'off'` handles every copy and shows in `describe()`. @default in memory */
  readonly replayGuard?: ReplayGuard | 'off'
  /** Milliseconds an event is remembered; at least twice the tolerance. @default the provider's, else 86_400_000 */
  readonly retentionMs?: number | undefined
  /**
   * Keeps events durably and answers 202; handlers run in a worker, with retries and dead letters. An inbox of
   * `sallyport/inbox`, or the file of an embedded one. Takes the place of the replay guard. @default none
   */
  readonly inbox?: Inbox | string
  /** Names the event for the replay guard by signed content; `undefined` lets this one pass unremembered. */
  readonly dedupeKey?: (identity: Identity & { readonly type: string }) => string | undefined
}

/** Options with every default filled in; times in milliseconds. */
export interface Settings extends BodyLimits {
  readonly toleranceMs: number
  readonly handlerTimeoutMs: number
  readonly unknownEvents: 'accept' | 'reject'
  readonly replayGuard: ReplayGuard | undefined
  readonly retentionMs: number
  readonly inbox: Inbox | undefined
  readonly now: () => number
}

const longestTimer = 2 ** 31 - 1

/**
 * Fills in and checks options.
 *
 * @throws SallyportError `OPTION_INVALID`, naming the provider and the option
 */
export function toSettings(options: ReceiverOptions, provider: Provider): Settings {
  checkUnauthenticated(options, provider)
  const toleranceMs = positive('toleranceMs', options.toleranceMs ?? provider.toleranceMs ?? 300_000)
  const retentionMs = positive(
    'retentionMs',
    options.retentionMs ?? provider.retentionMs ?? Math.max(86_400_000, 2 * toleranceMs),
  )
  if (retentionMs < 2 * toleranceMs)
    invalid('retentionMs', retentionMs, 'at least twice the tolerance, or replays could pass')
  const { unknownEvents = 'accept', inbox } = options
  if (inbox !== undefined && options.replayGuard !== undefined)
    invalid('replayGuard', 'given', 'left out: the inbox drops duplicates itself')
  const replayGuard = options.replayGuard ?? (inbox === undefined ? createMemoryReplayGuard() : 'off')
  if (unknownEvents !== 'accept' && unknownEvents !== 'reject')
    invalid('unknownEvents', unknownEvents, "'accept' or 'reject'")
  return {
    toleranceMs,
    retentionMs,
    maxBodyBytes: positive('maxBodyBytes', options.maxBodyBytes ?? provider.maxBodyBytes ?? 1024 * 1024),
    bodyTimeoutMs: positive('bodyTimeoutMs', options.bodyTimeoutMs ?? 30_000, longestTimer),
    handlerTimeoutMs: positive('handlerTimeoutMs', options.handlerTimeoutMs ?? 30_000, longestTimer),
    unknownEvents,
    replayGuard: replayGuard === 'off' ? undefined : replayGuard,
    inbox: typeof inbox === 'string' ? openEmbeddedInbox(inbox) : inbox,
    now: options.now ?? Date.now,
  }

  // A limit of 0 or Infinity would be a check turned off in disguise.
  function positive(name: string, value: number, most = Number.MAX_SAFE_INTEGER): number {
    const isUsable = typeof value === 'number' && value > 0 && value <= most
    return isUsable ? value : invalid(name, value, `a number above 0 and at most ${most}`)
  }

  function invalid(name: string, value: unknown, wanted: string): never {
    throw new SallyportError('OPTION_INVALID', `${provider.name}: ${name} must be ${wanted}, not ${String(value)}`)
  }
}

function checkUnauthenticated(
  { acceptUnauthenticated = false, secret }: VerifierOptions,
  { name, scheme }: Provider,
): void {
  if (scheme.kind === 'none' && !acceptUnauthenticated) {
    throw new SallyportError(
      'OPTION_INVALID',
      `${name}: nothing authenticates its deliveries; say acceptUnauthenticated: true to take them`,
    )
  }
  if (scheme.kind === 'none' && secret !== undefined) {
    throw new SallyportError('OPTION_INVALID', `${name}: a secret is given but the provider is set to check none`)
  }
  if (scheme.kind !== 'none' && acceptUnauthenticated) {
    throw new SallyportError(
      'OPTION_INVALID',
      `${name}: acceptUnauthenticated is for providers that authenticate nobody`,
    )
  }
}
