import { inboxErrorCodes, type InboxErrorCode } from './error-codes.ts'

const brand = Symbol.for('sallyport.inbox-error')

/**
 * What this package throws. Nothing of an event is in the message.
 *
 * @example
 * await inbox.ready().catch((error) => { if (InboxError.is(error)) console.error(error.code) })
 */
export class InboxError extends Error {
  override readonly name = 'InboxError'
  readonly code: InboxErrorCode
  /** Fixed text of the code. */
  readonly title: string
  /** What it was this time, where that is known. */
  readonly detail?: string

  constructor(code: InboxErrorCode, detail?: string, options?: { cause?: unknown }) {
    const title = inboxErrorCodes[code]
    super(detail === undefined ? title : `${title}: ${detail}`, options)
    this.code = code
    this.title = title
    if (detail !== undefined) this.detail = detail
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `value` is an `InboxError`, also one from another copy of this package. */
  static is(value: unknown): value is InboxError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }

  toJSON(): { code: InboxErrorCode; title: string } {
    return { code: this.code, title: this.title }
  }
}
