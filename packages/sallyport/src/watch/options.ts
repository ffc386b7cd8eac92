import { allow, longestTimer } from '../options/allow.ts'
import { checkOptions, type OptionRules } from '../options/check-options.ts'
import type { Notify } from './notify/notify.ts'
import type { WatchRules } from './rules.ts'

/** Options of `watch`. */
export interface WatchOptions {
  /** Where notices go: a function, a webhook, Slack, or several of them. */
  readonly notify: Notify | readonly Notify[]
  /** What to watch. @default `usualRules`, as far as they can work with what is watched */
  readonly rules?: WatchRules | undefined
  /** Names the state in the store. Watches with other rules over the same store need other names. @default 'watch' */
  readonly name?: string | undefined
  /** Milliseconds between two checks; 0 checks only when you call `check()`. @default 30_000 */
  readonly everyMs?: number | undefined
  /** Milliseconds for which a condition must be over before its alert is cleared. @default 60_000 */
  readonly clearAfterMs?: number | undefined
  /** Milliseconds after which a store or a replay guard counts as not answering. @default 10_000 */
  readonly storeTimeoutMs?: number | undefined
  /** Milliseconds that one try of a notice may take; a post is tried three times, a function once. @default 10_000 */
  readonly sendTimeoutMs?: number | undefined
  /** Called with what goes wrong with the watch itself. @default prints each error to stderr, at most once an hour */
  readonly onError?: ((error: unknown) => void) | undefined
  /** The clock, in milliseconds since 1970. @default Date.now */
  readonly now?: (() => number) | undefined
}

const rules: OptionRules<WatchOptions> = {
  // Checked where channels are set up; it may hold secrets.
  notify: allow.required(allow.secret({ ...allow.anything, allowed: 'a function, { webhook } or { slack }' })),
  rules: allow.record,
  name: {
    allowed: 'a name of 1 to 100 characters, none of them a control character',
    accepts: (value) => typeof value === 'string' && value.length <= 100 && /^[^\p{Cc}\p{Cs}]+$/u.test(value),
  },
  everyMs: allow.either({ allowed: '0', accepts: (value) => value === 0 }, allow.number(1_000, longestTimer)),
  clearAfterMs: allow.number(0, 86_400_000),
  storeTimeoutMs: allow.above0(longestTimer),
  sendTimeoutMs: allow.above0(60_000),
  onError: allow.function,
  now: allow.function,
}

/** @throws SallyportError `OPTION_INVALID` */
export function checkWatchOptions(options: WatchOptions): void {
  checkOptions('watch', options, rules)
}
