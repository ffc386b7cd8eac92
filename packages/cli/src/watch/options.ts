import { InvalidArgumentError } from '@commander-js/extra-typings'
import { usualRules, type WatchRules } from 'sallyport/watch'
import { timeSpan } from '../options.ts'

/** Rules that work beside a store, by the names of flags. */
export const ruleNames = ['against-past', 'oldest', 'dead', 'space'] as const

/** Values of the options that choose rules. */
export interface RuleOptions {
  readonly silent?: Readonly<Record<string, number>> | undefined
  readonly oldest?: number | undefined
  readonly dead?: number | undefined
  readonly space?: number | undefined
  readonly without?: readonly string[] | undefined
}

/**
 * The rules that options choose.
 *
 * @param tellsSpace whether the store knows what it has left
 */
export function toWatchRules(options: RuleOptions, tellsSpace: boolean): WatchRules {
  const { silent, without = [] } = options
  const unless = <Rule>(name: (typeof ruleNames)[number], rule: Rule): Rule | undefined =>
    without.includes(name) ? undefined : rule
  return {
    silentForMs: silent,
    silentAgainstPast: unless('against-past', usualRules.silentAgainstPast),
    oldestWaitingMs: unless('oldest', options.oldest ?? usualRules.oldestWaitingMs),
    deadLettersAbove: unless('dead', options.dead ?? usualRules.deadLettersAbove),
    // A default that cannot work is left out; one that was asked for is an error.
    spaceBelow: unless('space', options.space ?? (tellsSpace ? usualRules.spaceBelow : undefined)),
  }
}

/** Parses `stripe=6h`; adds to what was given before. */
export function silentProvider(
  text: string,
  before: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const [, provider, span] = /^([^=]+)=(.+)$/s.exec(text) ?? []
  if (provider === undefined || span === undefined)
    throw new InvalidArgumentError('Use a provider and a duration, such as stripe=6h.')
  const ms = timeSpan(span)
  if (ms === 0) throw new InvalidArgumentError('Use a duration of 1s or more.')
  return { ...before, [provider]: ms }
}

/** Parses the name of a rule; adds to those given before. */
export function ruleName(text: string, before: readonly string[] = []): readonly string[] {
  if (!(ruleNames as readonly string[]).includes(text))
    throw new InvalidArgumentError(`Use one of ${ruleNames.join(', ')}.`)
  return [...before, text]
}

const units = { '%': 0.01, MB: 1e6, GB: 1e9 } as const

/** Parses `10%`, `500MB` or `2GB`: a share, or bytes. */
export function amountOfSpace(text: string): number {
  const [, amount, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(%|MB|GB)$/.exec(text) ?? []
  const value = Number(amount) * units[unit as keyof typeof units]
  if (amount === undefined || value <= 0 || (unit === '%' && value >= 1))
    throw new InvalidArgumentError('Use a part below 100%, or an amount, such as 10%, 500MB or 2GB.')
  return value
}
