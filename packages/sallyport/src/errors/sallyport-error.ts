import { describeError, type ErrorCode } from './error-codes.ts'

// A registered symbol, so that `is` holds across two installed copies of this package.
const brand = Symbol.for('sallyport.error')

/**
 * What this library itself finds wrong is an error of this class. (`onError` is also given what a handler threw, as it is.)
 *
 * `message` is for operators; `toJSON()` shows code and title only, so that an error in a log or an answer never carries
 * a payload, a signature or a secret.
 *
 * @example
 * try { createReceiver(sonzai(), { secret: '' }) } catch (error) {
 *   if (SallyportError.is(error)) console.error(error.code) // SECRET_INVALID
 * }
 */
export class SallyportError extends Error {
  override readonly name: string = 'SallyportError'
  readonly code: ErrorCode
  /** HTTP status a sender is answered with. */
  readonly status: number
  /** Short, fixed text of the code. */
  readonly title: string

  constructor(code: ErrorCode, message?: string, options?: { cause?: unknown }) {
    const entry = describeError(code)
    super(message ?? `${entry.title}: ${entry.action}`, options)
    this.code = code
    this.status = entry.status
    this.title = entry.title
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `value` is a `SallyportError`, also one from another copy of this package. */
  static is(value: unknown): value is SallyportError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }

  toJSON(): { code: ErrorCode; title: string } {
    return { code: this.code, title: this.title }
  }
}

/**
 * Thrown by a handler, or while a schema validates, to refuse a verified event for good: the sender gets a 4xx and
 * `reason`, and is asked not to retry. Anything else thrown there becomes a 500 that the sender may retry.
 *
 * @param reason shown to the sender, so keep secrets out of it
 * @param options.status 400 to 499, default 422
 * @throws SallyportError `OPTION_INVALID` when the status is not a 4xx
 * @example
 * receiver.on('tool.failed', ({ data }) => { if (!data.toolName) throw new RejectError('toolName is missing') })
 */
export class RejectError extends SallyportError {
  override readonly name = 'RejectError'
  override readonly status: number
  readonly reason: string
  /** An inbox does not try such an event again. */
  readonly isPermanent = true

  constructor(reason: string, options: { status?: number; cause?: unknown } = {}) {
    super('DELIVERY_REJECTED', reason, options)
    const status = options.status ?? 422
    if (!Number.isInteger(status) || status < 400 || status > 499) {
      throw new SallyportError('OPTION_INVALID', `RejectError: status must be 400 to 499, not ${status}`)
    }
    this.status = status
    this.reason = reason
    Object.defineProperty(this, rejectBrand, { value: true })
  }

  static override is(value: unknown): value is RejectError {
    return SallyportError.is(value) && (value as unknown as Record<symbol, unknown>)[rejectBrand] === true
  }
}

const rejectBrand = Symbol.for('sallyport.reject-delivery')

/**
 * What an inbox is told of a kept event whose data does not match its schema: it goes to the dead letters, to be replayed
 * when the schema fits, instead of being sent again and again.
 */
export class InvalidPayloadError extends SallyportError {
  override readonly name = 'InvalidPayloadError'
  readonly isPermanent = true

  /** @param issues places in the data, never its values */
  constructor(issues: readonly string[]) {
    super('PAYLOAD_INVALID', `the data does not match its schema at: ${issues.join(', ')}`)
  }
}
