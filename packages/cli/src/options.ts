import { InvalidArgumentError, Option } from 'commander'

/** `--secret`, which names places and never takes a secret. */
export function secretOption(): Option {
  return new Option(
    '--secret <place>',
    'where the secret is: env:NAME or file:PATH; repeated during rotation (default: the configuration, then the variable of the provider)',
  ).argParser(collect)
}

/** Reads an option that may be repeated. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text]
}

/** Reads a whole number within bounds. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`)
    return value
  }
}

/** Reads an HTTP or HTTPS address. */
export function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new InvalidArgumentError('It must be an address such as http://localhost:3000/webhooks/sonzai.')
  return url
}

/** Reads a moment: ISO 8601, or Unix seconds or milliseconds. Milliseconds since 1970. */
export function moment(text: string): number {
  const number = /^\d{9,14}$/.test(text) ? Number(text) : undefined
  const value = number === undefined ? Date.parse(text) : number < 1e11 ? number * 1000 : number
  if (!Number.isFinite(value))
    throw new InvalidArgumentError('It must be a time such as 2026-04-12T08:00:00Z, or Unix seconds.')
  return value
}

const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

// Far more than anybody means, and far less than a date can hold.
const longestSpan = 36_500 * units.d
// What a timer can hold.
const longestTimeout = 24 * units.d

/** Reads a time span such as 90s, 15m, 2h or 7d; milliseconds. */
export function timeSpan(text: string): number {
  const [, amount, unit] = /^(\d{1,15})([smhd])$/.exec(text) ?? []
  const span = Number(amount) * units[unit as keyof typeof units]
  if (amount === undefined || span > longestSpan)
    throw new InvalidArgumentError('It must be a time span such as 90s, 15m, 2h or 7d, at most 36500d.')
  return span
}

/** Reads how long to wait for an answer; milliseconds. */
export function timeout(text: string): number {
  const span = timeSpan(text)
  if (span > 0 && span <= longestTimeout) return span
  throw new InvalidArgumentError('It must be a time span from 1s to 24d.')
}

/** `--port` and `--host` of a command that serves. */
export function portOption(variable: string, fallback: number): Option {
  return new Option('--port <number>', `port to listen on; 0 takes any that is free (default: ${fallback})`)
    .env(variable)
    .argParser(wholeNumber(0, 65_535))
}

export function hostOption(variable: string): Option {
  return new Option('--host <address>', 'address to listen on (default: 127.0.0.1)').env(variable)
}
