/** What one option may be. `undefined` is always allowed, unless the option is required. */
export interface OptionRule {
  /** What is allowed; follows "must be". */
  readonly allowed: string
  readonly accepts: (value: unknown) => boolean
  /** Whether `undefined` is wrong too. @default false */
  readonly isRequired?: boolean | undefined
  /** Whether a message shows only the kind of a wrong value, because it may be a secret. @default false */
  readonly isSecret?: boolean | undefined
  /** Says what to do about a common mistake. @default nothing */
  readonly explain?: ((value: unknown) => string | undefined) | undefined
}

/** Longest delay of a timer, in milliseconds; Node runs a longer one at once. */
export const longestTimer = 2 ** 31 - 1

// SQLite's name for a database without a file.
const memory = ':memory:'
const isText = (value: unknown): boolean => typeof value === 'string'
const isNumber = (value: unknown): value is number => typeof value === 'number'

function toRange(least: number, most: number): string {
  if (least === -Infinity) return 'that is finite'
  return most >= Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`
}

function toLimit(most: number): string {
  if (most === Infinity) return 'a number above 0'
  return most === Number.MAX_SAFE_INTEGER ? 'a finite number above 0' : `a number above 0 and at most ${most}`
}

function toChoice(values: readonly string[]): string {
  const quoted = values.map((value) => `'${value}'`)
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
}

/**
 * The rules of options, for `checkOptions`.
 *
 * @example
 * const rules: OptionRules<AcmeOptions> = { region: allow.oneOf('eu', 'us'), messageIds: allow.flag }
 */
export const allow = {
  anything: { allowed: 'anything', accepts: () => true },
  text: { allowed: 'a string', accepts: isText },
  filled: { allowed: 'a string that is not empty', accepts: (value) => isText(value) && value !== '' },
  flag: { allowed: 'true or false', accepts: (value) => typeof value === 'boolean' },
  function: { allowed: 'a function', accepts: (value) => typeof value === 'function' },
  /** The path of a file: neither a URL nor `:memory:`, whose events would end with the process. */
  file: {
    allowed: 'the path of a file',
    accepts: (value) => typeof value === 'string' && value !== '' && value !== memory && !/^file:|:\/\//.test(value),
    explain: (value) => {
      if (value === memory) return 'events must outlive the process'
      return String(value).startsWith('file:') ? 'convert the URL with fileURLToPath' : undefined
    },
  },
  record: {
    allowed: 'an object',
    accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  },
  /** A number above 0. Neither 0 nor Infinity turns a limit off, unless `most` says so. */
  above0: (most = Number.MAX_SAFE_INTEGER) => ({
    allowed: toLimit(most),
    accepts: (value) => isNumber(value) && value > 0 && value <= most,
  }),
  /** A number, -Infinity to Infinity unless said otherwise; never NaN. */
  number: (least: number, most = Infinity) => ({
    allowed: `a number ${toRange(least, most)}`,
    accepts: (value) => isNumber(value) && value >= least && value <= most,
  }),
  integer: (least: number, most = Infinity) => ({
    allowed: `an integer ${toRange(least, most)}`,
    accepts: (value) => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  }),
  oneOf: (...values: readonly string[]) => ({
    allowed: toChoice(values),
    accepts: (value) => values.includes(value as string),
  }),
  /** An object, or a class instance, with certain methods. */
  having: (what: string, ...methods: readonly string[]) => ({
    allowed: what,
    accepts: (value) =>
      ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
      methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
  }),
  listOf: (rule: OptionRule, what: string) => ({
    allowed: `a list of ${what}`,
    accepts: (value) => Array.isArray(value) && value.every((one) => rule.accepts(one)),
    isSecret: rule.isSecret,
  }),
  either: (...rules: readonly OptionRule[]) => ({
    allowed: rules.map(({ allowed }) => allowed).join(' or '),
    accepts: (value) => rules.some((rule) => rule.accepts(value)),
    isSecret: rules.some(({ isSecret }) => isSecret),
  }),
  required: (rule: OptionRule) => ({ ...rule, isRequired: true }),
  secret: (rule: OptionRule) => ({ ...rule, isSecret: true }),
} as const satisfies Record<string, OptionRule | ((...args: never[]) => OptionRule)>
