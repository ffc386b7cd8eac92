import { allow, type OptionRule } from '../options/allow.ts'
import { checkOptions, failOption, type OptionRules } from '../options/check-options.ts'
import type { Watched } from './watched.ts'

/** What to watch. A rule that is left out is not watched. */
export interface WatchRules {
  /** No event of a provider for so long, by its name; milliseconds: `{ stripe: 6 * 3_600_000 }`. */
  readonly silentForMs?: Readonly<Record<string, number>> | undefined
  /** No event of a provider for longer than its own past explains: of each, or of some by name. */
  readonly silentAgainstPast?: boolean | readonly string[] | undefined
  /** More deliveries than `above` whose sender was not proven, of one provider within `withinMs`. */
  readonly signatureFailures?: { readonly above: number; readonly withinMs: number } | undefined
  /** The oldest pending event waits for longer; milliseconds. Longer than your retries take. */
  readonly oldestWaitingMs?: number | undefined
  /** More dead events than this; 0 for any. */
  readonly deadLettersAbove?: number | undefined
  /** A replay guard is full to this share, from 0 to 1. */
  readonly replayGuardAbove?: number | undefined
  /** The disk or the store has less left: a share of the whole, as 0.1, or bytes from 1 up. */
  readonly spaceBelow?: number | undefined
  /** The last secret of a receiver ends within so many days. */
  readonly secretEndsWithinDays?: number | undefined
}

/** The rules that apply where none are given, as far as they can work with what is watched. */
export const usualRules = {
  silentAgainstPast: true,
  signatureFailures: { above: 20, withinMs: 600_000 },
  oldestWaitingMs: 1_800_000,
  deadLettersAbove: 0,
  replayGuardAbove: 0.9,
  spaceBelow: 0.1,
  secretEndsWithinDays: 14,
} as const satisfies WatchRules

const isMs = allow.above0(100 * 365 * 86_400_000)
const isShare: OptionRule = {
  allowed: 'a share above 0 and below 1, as 0.9',
  accepts: (value) => typeof value === 'number' && value > 0 && value < 1,
}

const ruleRules: OptionRules<WatchRules> = {
  silentForMs: {
    allowed: 'milliseconds by the name of a provider, as { stripe: 21_600_000 }',
    accepts: (value) =>
      allow.record.accepts(value) && Object.values(value as object).every((each) => isMs.accepts(each)),
  },
  silentAgainstPast: allow.either(allow.flag, allow.listOf(allow.filled, 'names of providers')),
  signatureFailures: allow.record,
  oldestWaitingMs: isMs,
  deadLettersAbove: allow.integer(0),
  replayGuardAbove: isShare,
  spaceBelow: {
    allowed: 'a share below 1, as 0.1, or bytes',
    accepts: (value) => typeof value === 'number' && value > 0 && value <= Number.MAX_SAFE_INTEGER,
  },
  secretEndsWithinDays: allow.above0(36_500),
}

const failureRules: OptionRules<NonNullable<WatchRules['signatureFailures']>> = {
  above: allow.required(allow.integer(0)),
  withinMs: allow.required(allow.above0(86_400_000)),
}

/** What a rule needs of what is watched, and what to say where it is missing. */
const needs: Readonly<Record<keyof WatchRules, readonly [has: (watched: Watched) => boolean, advice: string]>> = {
  silentForMs: [({ inboxes, receivers }) => inboxes.length + receivers.length > 0, 'pass a receiver or an inbox'],
  silentAgainstPast: [({ inboxes, receivers }) => inboxes.length + receivers.length > 0, 'pass a receiver or an inbox'],
  signatureFailures: [({ receivers }) => receivers.length > 0, 'pass a receiver: an inbox has verified events only'],
  oldestWaitingMs: [({ inboxes }) => inboxes.length > 0, 'pass an inbox, or a receiver with one'],
  deadLettersAbove: [({ inboxes }) => inboxes.length > 0, 'pass an inbox, or a receiver with one'],
  replayGuardAbove: [
    ({ receivers }) => receivers.some(({ replayGuard }) => replayGuard?.usage !== undefined),
    'pass a receiver whose replay guard has usage(); with an inbox there is no guard',
  ],
  spaceBelow: [
    ({ inboxes }) => inboxes.some(({ spaces }) => spaces !== undefined),
    'pass an inbox on SQLite, or on Redis with maxmemory; PostgreSQL does not tell its space: watch the disk of its server there',
  ],
  secretEndsWithinDays: [
    ({ receivers }) => receivers.some((receiver) => receiver.describe().activeSecrets !== 'resolved per delivery'),
    'pass a receiver with its secrets: an inbox knows none, and those of a function are known at a delivery only',
  ],
}

/**
 * Checks rules; without any, the usual ones that work with what is watched.
 *
 * @throws SallyportError `OPTION_INVALID` for a wrong rule, and for one that cannot work
 */
export function toRules(given: WatchRules | undefined, watched: Watched): WatchRules {
  if (given === undefined) {
    const working = Object.entries(usualRules).filter(([name]) => needs[name as keyof WatchRules][0](watched))
    return Object.fromEntries(working)
  }
  checkOptions('watch: rules', given, ruleRules)
  if (given.signatureFailures) checkOptions('watch: rules.signatureFailures', given.signatureFailures, failureRules)
  const names = (Object.keys(ruleRules) as (keyof WatchRules)[]).filter((name) => isOn(given[name]))
  if (names.length === 0)
    failOption('watch: rules is empty, so nothing would be watched; leave it out for the usual ones')
  for (const name of names) {
    const [has, advice] = needs[name]
    if (!has(watched)) failOption(`watch: rules.${name} cannot work with what is watched; ${advice}`)
  }
  return given
}

function isOn(rule: unknown): boolean {
  if (Array.isArray(rule)) return rule.length > 0
  return (
    rule !== undefined && rule !== false && !(allow.record.accepts(rule) && Object.keys(rule as object).length === 0)
  )
}
