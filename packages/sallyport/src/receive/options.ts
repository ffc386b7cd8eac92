import { allow, longestTimer } from '../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../options/check-options.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { loggerRule, type Logger } from '../logger/logger.ts'
import type { JsonObject } from '../verify/decode.ts'
import type { BodyLimits } from '../verify/delivery.ts'
import { toVerifierSettings, verifierRules, type VerifierOptions, type VerifierSettings } from '../verify/options.ts'
import type { Identity, Provider } from '../verify/provider.ts'
import { openEmbeddedInbox } from './open-embedded-inbox.ts'
import { createMemoryReplayGuard } from './replay/memory-guard.ts'
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
  /**
   * Prints a line per delivery to stderr, with what to do next; never a payload, a signature or a secret. `true` prints always,
   * `false` never. @default in development, without a `logger`: stderr is a terminal, `NODE_ENV` is neither `production` nor `test`, and no hook or
   * channel gets the report
   */
  readonly log?: boolean | undefined
  /**
   * Gets one line per refusal, failed delivery and failed attempt: `console`, pino, `fastify.log`, winston or bunyan. Never a
   * payload, a signature or a secret. Hooks are called too; nothing else is printed about these. @default none
   */
  readonly logger?: Logger | undefined
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

const guard = allow.either(
  allow.having('what createMemoryReplayGuard() returns or another guard', 'claim', 'commit', 'release'),
  allow.oneOf('off'),
)

const rules: OptionRules<ReceiverOptions> = {
  ...verifierRules,
  bodyTimeoutMs: allow.above0(longestTimer),
  handlerTimeoutMs: allow.above0(longestTimer),
  unknownEvents: allow.oneOf('accept', 'reject'),
  replayGuard: { ...guard, explain: (value) => (typeof value === 'function' ? 'call it' : undefined) },
  retentionMs: allow.above0(),
  inbox: {
    allowed: "what createInbox() returns, or the path of an SQLite file as 'events.db'",
    accepts: (value) => (typeof value === 'string' ? allow.file.accepts(value) : isInbox.accepts(value)),
    explain: (value) => {
      if (typeof value === 'string' && value !== '')
        return allow.file.explain(value) ?? 'pass createInbox({ engine }) with the engine of that store'
      return isEngine.accepts(value) ? 'this is an engine: pass createInbox({ engine })' : undefined
    },
  },
  dedupeKey: allow.function,
  log: allow.flag,
  logger: loggerRule,
}
const isInbox = allow.having('', 'attach', 'store')
const isEngine = allow.having('', 'insert', 'consume')

/**
 * Fills in and checks options.
 *
 * @throws SallyportError `OPTION_INVALID`, naming the provider and the option
 */
export function toSettings(options: ReceiverOptions, provider: Provider): Settings {
  const place = `createReceiver for ${provider.name}`
  checkOptions(place, options, rules)
  const verifier = toVerifierSettings(options, provider, place)
  const { toleranceMs } = verifier
  const { unknownEvents = 'accept', inbox, bodyTimeoutMs = 30_000 } = options
  const handlerTimeoutMs = options.handlerTimeoutMs ?? provider.handlerTimeoutMs ?? 30_000
  const retentionMs =
    options.retentionMs ??
    Math.max(provider.retentionMs ?? Math.max(86_400_000, 2 * toleranceMs), provider.retryWindow?.ms ?? 0)
  if (retentionMs < 2 * toleranceMs)
    failOption(
      `${place}: retentionMs must be at least twice toleranceMs (${2 * toleranceMs}), not ${retentionMs}: replays could pass`,
    )
  if (inbox !== undefined && options.replayGuard !== undefined)
    failOption(`${place}: remove replayGuard: the inbox drops duplicates itself`)
  const { replayGuard = inbox === undefined ? createMemoryReplayGuard() : 'off' } = options
  return {
    ...verifier,
    typeRequired: true,
    retentionMs,
    bodyTimeoutMs,
    handlerTimeoutMs,
    unknownEvents,
    replayGuard: replayGuard === 'off' ? undefined : replayGuard,
    inbox: typeof inbox === 'string' ? openEmbeddedInbox(inbox) : inbox,
  }
}
