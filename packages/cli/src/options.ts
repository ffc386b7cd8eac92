import { InvalidArgumentError, Option } from '@commander-js/extra-typings'

/** Where `listen` listens, and where `send` sends to. Not the port of an app, so that both run at once. */
export const listenPort = 4300

/** Where the web console listens. */
export const consolePort = 4500

/** `--secret`: where a secret is, never the secret itself. */
export function secretOption() {
  return new Option(
    '--secret <place>',
    "where to read the secret: env:NAME or file:PATH; repeatable during rotation (default: the configuration, then the provider's variable)",
  ).argParser(collect)
}

/** `--root` of the commands that deploy bundles. */
export function deployRootOption() {
  return new Option('--root <folder>', 'folder of all deployments').env('SALLYPORT_DEPLOY').makeOptionMandatory()
}

/** `--allow-unflagged-utf8` of the commands that read bundles. */
export function unflaggedOption() {
  return new Option(
    '--allow-unflagged-utf8',
    'accept UTF-8 names without the mark, as Finder and Info-ZIP in a C locale write them',
  )
}

/** `--port` of a command that serves. */
export function portOption(variable: string, fallback: number) {
  return new Option('--port <number>', `port to listen on; 0 for any free port (default: ${fallback})`)
    .env(variable)
    .argParser(wholeNumber(0, 65_535))
}

/** `--host` of a command that serves. */
export function hostOption(variable: string) {
  return new Option('--host <address>', 'address to listen on (default: 127.0.0.1)').env(variable)
}

/** Parses a repeatable option. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

/** Parses an integer within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`Use a whole number from ${least} to ${most}.`)
    return value
  }
}

/** Parses an HTTP or HTTPS URL. */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new InvalidArgumentError('Use a URL such as http://localhost:3000/webhooks/sonzai.')
  return url
}

/** Parses a time, ISO 8601 or Unix seconds or milliseconds; returns milliseconds since 1970. */
export function moment(text: string): number {
  const number = /^\d{9,14}$/.test(text) ? Number(text) : undefined
  const value = number === undefined ? Date.parse(text) : number < 1e11 ? number * 1000 : number
  if (!Number.isFinite(value))
    throw new InvalidArgumentError('Use a time such as 2026-04-12T08:00:00Z, or Unix seconds.')
  return value
}

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

// More than anybody needs, and within the range of a Date.
const longestSpan = 36_500 * units.d
// The longest delay of a timer.
const longestTimeout = 24 * units.d

/** Parses a duration such as 90s, 15m, 2h or 7d; returns milliseconds. */
export function timeSpan(text: string): number {
  const [, amount, unit] = /^(\d{1,15})([smhd])$/.exec(text) ?? []
  const span = Number(amount) * units[unit as keyof typeof units]
  if (amount === undefined || span > longestSpan)
    throw new InvalidArgumentError('Use a duration such as 90s, 15m, 2h or 7d, at most 36500d.')
  return span
}

/** Parses how long to wait for an answer; returns milliseconds. */
export function timeout(text: string): number {
  const span = timeSpan(text)
  if (span > 0 && span <= longestTimeout) return span
  throw new InvalidArgumentError('Use a duration from 1s to 24d.')
}

/** `--interrupts`: reads bundles as `deploy --interrupts` writes them. */
export function interruptsOption(): Option<
  '--interrupts <form>',
  undefined,
  undefined,
  undefined,
  false,
  'as-published' | 'tool-names'
> {
  return new Option('--interrupts <form>', 'form of approvals; the runtime obeys only tool-names').choices([
    'as-published',
    'tool-names',
  ] as const)
}
