import { clipVisible } from '../errors/visible-text.ts'
import { SallyportError } from '../errors/sallyport-error.ts'
import type { OptionRule } from './allow.ts'
import { isPlain, showGiven } from './show-given.ts'
import { didYouMean } from './suggest.ts'

/** One rule for each option: a table that TypeScript keeps complete. */
export type OptionRules<Options> = { readonly [Name in keyof Options]-?: OptionRule }

type Fail = (detail: string) => never

/**
 * Checks what was passed as options, so that a mistake shows at start and not at the first delivery: an unknown name, a value of the
 * wrong kind, a missing one. A class instance may have members beside its options.
 *
 * @param place what was called, as `createReceiver for sonzai`; empty where `fail` names it
 * @param fail throws the error of another package's table. @default throws `OPTION_INVALID`
 * @throws SallyportError `OPTION_INVALID`, naming the place, the option, what was passed and what is allowed
 * @example
 * checkOptions('acme()', options, { region: allow.oneOf('eu', 'us'), messageIds: allow.flag })
 */
export function checkOptions<Options extends object>(
  place: string,
  options: unknown,
  rules: OptionRules<Options>,
  fail: Fail = failOption,
): asserts options is Options {
  if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options))
    return failKind(place, options, fail)
  // First, so that the misspelt name of a required option is not "missing".
  if (isPlain(options))
    for (const name of Object.keys(options)) if (!Object.hasOwn(rules, name)) failName(place, name, rules, fail)
  for (const name in rules) {
    const value: unknown = (options as Record<string, unknown>)[name]
    const rule = rules[name]
    if (value === undefined ? rule.isRequired : !rule.accepts(value)) failValue(place, name, value, rule, fail)
  }
}

/** Checks one value by a rule, as `checkOptions` does. */
export function checkValue(
  place: string,
  name: string,
  value: unknown,
  rule: OptionRule,
  fail: Fail = failOption,
): void {
  if (!rule.accepts(value)) failValue(place, name, value, rule, fail)
}

/** @throws SallyportError `OPTION_INVALID` */
export function failOption(detail: string): never {
  throw new SallyportError('OPTION_INVALID', detail)
}

// A text in place of the options is mostly the secret itself.
function failKind(place: string, options: unknown, fail: Fail): never {
  fail(`${toPrefix(place)}the options must be an object, not ${showGiven(options, true)}`)
}

function failValue(place: string, name: string, value: unknown, rule: OptionRule, fail: Fail): never {
  const { allowed, isSecret, explain } = rule
  const problem =
    value === undefined ? `is missing; pass ${allowed}` : `must be ${allowed}, not ${showGiven(value, isSecret)}`
  const advice = explain?.(value)
  fail(`${toPrefix(place)}${name} ${problem}${advice === undefined ? '' : `; ${advice}`}`)
}

function failName(place: string, name: string, rules: object, fail: Fail): never {
  const known = Object.keys(rules)
  const otherwise = known.length === 0 ? 'It takes no options.' : didYouMean(name, known)
  const advice = name === 'secret' ? 'Pass it to createReceiver or verify.' : otherwise
  fail(`${toPrefix(place)}unknown option "${clipVisible(name, 40)}". ${advice}`)
}

function toPrefix(place: string): string {
  return place === '' ? '' : `${place}: `
}
