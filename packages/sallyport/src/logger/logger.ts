import { printError } from '../errors/print-error.ts'
import { tryRead } from '../errors/sallyport-error.ts'
import { allow } from '../options/allow.ts'
import type { OptionRule } from '../options/allow.ts'
import { isPromise } from '../verify/verdict.ts'

/**
 * A logger of your program: `console`, pino, `fastify.log`, bunyan, winston, or two functions of yours that take a message and
 * an object.
 */
export interface Logger {
  warn(...parameters: never[]): unknown
  error(...parameters: never[]): unknown
}

/** Facts of one line, by name. */
export type Fields = Readonly<Record<string, unknown>>

/** Writes one line. Never throws, and waits for nothing. */
export type WriteLine = (level: 'warn' | 'error', fields: Fields, message: string) => void

/** The rule of the option. */
export const loggerRule: OptionRule = {
  allowed: 'a logger with the methods warn and error, as console or pino() is',
  accepts: (value) => findMissing(value).length === 0,
  explain: (value) => {
    if (typeof value === 'function' && findMissing(value).length === 2) return 'call it'
    return typeof value === 'object' && value !== null ? `it has no ${findMissing(value).join(' and no ')}` : undefined
  },
}

function findMissing(value: unknown): string[] {
  return ['warn', 'error'].filter((level) => !tryRead(() => allow.having('', level).accepts(value), false))
}

type Call = (...parameters: readonly unknown[]) => unknown

/** Makes what writes a line with the logger, in the order of arguments that it takes. */
export function toWriteLine(logger: Logger): WriteLine {
  const isObjectFirst = takesObjectFirst(logger)
  let hasFailed = false

  // Once: a logger that fails fails for each line.
  function tell(error: unknown): void {
    if (!hasFailed) printError('sallyport: the logger failed:', error)
    hasFailed = true
  }

  return (level, fields, message) => {
    try {
      const log = logger as unknown as Record<string, Call>
      const written = isObjectFirst ? log[level]!(fields, message) : log[level]!(message, fields)
      if (isPromise(written)) Promise.resolve(written).catch(tell)
    } catch (error) {
      tell(error)
    }
  }
}

/**
 * Whether a logger takes the object before the message, as pino and bunyan do and everything made after them: they have `child`
 * and either pino's `bindings` or the levels `fatal` and `trace`. winston has `child` too, and `transports`.
 */
export function takesObjectFirst(logger: object): boolean {
  const has = (name: string): boolean =>
    tryRead(() => typeof (logger as Record<string, unknown>)[name] === 'function', false)
  if (!has('child') || tryRead(() => 'transports' in logger, false)) return false
  return has('bindings') || (has('fatal') && has('trace'))
}
