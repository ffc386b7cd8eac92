import { describeError, errorCodes, type ErrorCode } from './error-codes.ts'

// Registered symbols, so that `is` also holds for errors from another copy of this package.
const brand = Symbol.for('sallyport.error')

/** What an error class with its own table passes up; `sallyport`'s own codes look it up. */
export interface SallyportErrorOptions {
  /** Short, fixed text of the code. */
  readonly title: string
  /** What to do about it. */
  readonly fix: string
  /** HTTP status of the answer, for an error that is one. */
  readonly status?: number | undefined
  /** Shown to the sender: thrown by a handler, the error rejects its event for good, as `RejectError` does. */
  readonly reason?: string | undefined
  readonly cause?: unknown
}

/**
 * Every error that Sallyport's packages throw. `message` is for operators. `toJSON()` shows only code and title, so an error in a
 * log or an answer never carries a payload, a signature or a secret.
 *
 * @example
 * try { createReceiver(sonzai(), { secret: '' }) } catch (error) {
 *   if (SallyportError.is(error)) console.error(error.code, error.fix) // SECRET_INVALID
 * }
 */
export class SallyportError<Code extends string = string> extends Error {
  override readonly name: string = 'SallyportError'
  readonly code: Code
  /** Short, fixed text of the code. */
  readonly title: string
  /** What to do about it. */
  readonly fix: string
  /** HTTP status of the answer; absent from errors that are no answer. */
  declare readonly status?: number | undefined
  /** What the sender is told if a handler throws this error; absent from errors that stay private. */
  declare readonly reason?: string | undefined
  /** Whether it rejects its event for good, so that an inbox does not retry it; absent from other errors. */
  declare readonly isPermanent?: boolean | undefined

  /** @param message what happened, where, what to do. @default title and fix */
  constructor(code: Code & ErrorCode, message?: string, options?: { readonly cause?: unknown })
  constructor(code: Code, message: string | undefined, options: SallyportErrorOptions)
  constructor(code: Code, message?: string, options: Partial<SallyportErrorOptions> = {}) {
    const known = isErrorCode(code) ? describeError(code) : undefined
    const { title = known?.title ?? code, fix = known?.fix ?? '', status = known?.status, reason } = options
    super(message ?? `${title}: ${fix}`, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.title = title
    this.fix = fix
    if (status !== undefined) this.status = status
    if (reason !== undefined) Object.assign(this, { reason, isPermanent: true })
    Object.defineProperty(this, brand, { value: true })
  }

  /**
   * Whether `value` is a `SallyportError` or an instance of any class that extends it, also one from another copy of the
   * package.
   */
  static is(value: unknown): value is SallyportError {
    return (
      typeof value === 'object' &&
      value !== null &&
      tryRead(() => (value as Record<symbol, unknown>)[brand] === true, false)
    )
  }

  toJSON(): { code: Code; title: string } {
    return { code: this.code, title: this.title }
  }
}

/** Reads a value that is not ours: a getter or a proxy that throws reads as `otherwise`. */
export function tryRead<Value>(read: () => Value, otherwise: Value): Value {
  try {
    return read()
  } catch {
    return otherwise
  }
}

/** Whether a code is one of the error table of `sallyport` itself. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code)
}

/** Whether `value` is an error that rejects its event for good: a `RejectError`, or one of another package with a reason. */
export function isRejection(value: unknown): value is SallyportError & { readonly reason: string } {
  if (RejectError.is(value)) return true
  return (
    SallyportError.is(value) && tryRead(() => value.isPermanent === true && typeof value.reason === 'string', false)
  )
}

/** Whether an error says that a retry is useless, by `isPermanent: true`. Handlers throw anything. */
export function isPermanent(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    tryRead(() => (error as { isPermanent?: unknown }).isPermanent === true, false)
  )
}

/** Whether `value` is an error with a code from this package's table, so that it may be an answer. */
export function isOwnError(value: unknown): value is SallyportError<ErrorCode> {
  return SallyportError.is(value) && tryRead(() => isErrorCode(value.code), false)
}

/**
 * Throw it in a handler, or while a schema validates, to reject a verified event for good. The sender gets a 4xx with
 * `reason` and is asked not to retry; an inbox moves the event to the dead letters. Any other error becomes a 500, which the
 * sender may retry.
 *
 * @param reason shown to the sender, so keep secrets out of it
 * @param options.status 400 to 499. @default 422
 * @throws SallyportError `OPTION_INVALID` when the status is not a 4xx
 * @example
 * receiver.on('tool.failed', ({ data }) => { if (!data.toolName) throw new RejectError('toolName is missing') })
 */
export class RejectError extends SallyportError<'DELIVERY_REJECTED'> {
  override readonly name = 'RejectError'
  declare readonly status: number
  declare readonly reason: string

  constructor(
    reason: string,
    { status = 422, cause }: { readonly status?: number | undefined; readonly cause?: unknown } = {},
  ) {
    super('DELIVERY_REJECTED', reason, { ...describeError('DELIVERY_REJECTED'), status, reason, cause })
    if (!Number.isInteger(status) || status < 400 || status > 499) {
      throw new SallyportError('OPTION_INVALID', `RejectError: status must be 400 to 499, not ${status}`)
    }
  }

  /** Whether `value` is a `RejectError`, also one from another copy of this package. */
  static override is(value: unknown): value is RejectError {
    return SallyportError.is(value) && tryRead(() => value.code === 'DELIVERY_REJECTED' && 'reason' in value, false)
  }
}

/**
 * An event's stored data does not match its schema. The inbox moves the event to the dead letters instead of retrying it;
 * replay it once the schema fits.
 */
export class InvalidPayloadError extends SallyportError<'PAYLOAD_INVALID'> {
  override readonly name = 'InvalidPayloadError'
  override readonly isPermanent = true

  /** @param issues places in the data, never its values */
  constructor(issues: readonly string[]) {
    super('PAYLOAD_INVALID', `the data does not match its schema at: ${issues.join(', ')}`)
  }
}
