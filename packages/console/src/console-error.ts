import { SallyportError } from 'sallyport'
import { consoleErrorCodes, type ConsoleErrorCode } from './error-codes.ts'

/**
 * Every error of the console: thrown by `createConsole` for wrong options, and the answers of its routes.
 *
 * @example
 * try { createConsole({ inbox, authorize }) } catch (error) {
 *   if (ConsoleError.is(error)) console.error(error.code, error.message) // CONSOLE_OPTION_INVALID …
 * }
 */
export class ConsoleError extends SallyportError<ConsoleErrorCode> {
  override readonly name = 'ConsoleError'
  declare readonly status: number
  /** What it was this time; shown to visitors, so never a payload or a secret. */
  readonly detail: string | undefined
  /** For `CONSOLE_COUNT_CHANGED`. */
  readonly count: number | undefined

  constructor(
    code: ConsoleErrorCode,
    detail?: string,
    options: { readonly cause?: unknown; readonly count?: number } = {},
  ) {
    const [status, title, fix] = consoleErrorCodes[code]
    super(code, detail === undefined ? title : `${title}: ${detail}`, { title, fix, status, cause: options.cause })
    this.detail = detail
    this.count = options.count
  }

  /** Whether `value` is a `ConsoleError`, also one from another copy of this package. */
  static override is(value: unknown): value is ConsoleError {
    return SallyportError.is(value) && Object.hasOwn(consoleErrorCodes, value.code)
  }
}

/** @throws ConsoleError `CONSOLE_OPTION_INVALID` */
export function invalidOption(detail: string): never {
  throw new ConsoleError('CONSOLE_OPTION_INVALID', detail)
}

/** @throws ConsoleError `CONSOLE_REQUEST_INVALID` */
export function invalidRequest(detail: string): never {
  throw new ConsoleError('CONSOLE_REQUEST_INVALID', detail)
}
