/**
 * Every code the sandbox refuses with, its HTTP status and what it means. The status is the one the platform documents, or
 * the usual one where it documents none.
 */
export const sandboxErrorCodes = {
  BODY_INVALID: 'The request body is not a JSON object',
  KEY_INVALID: 'The API key is missing or unknown',
  KEY_FORBIDDEN: 'The API key may not do this',
  NOT_FOUND: 'There is no such webhook, notification or agent',
  VALUE_INVALID: 'A value is missing or not what the platform documents',
  STATE_INVALID: 'The state file is not one of this sandbox',
  STATE_UNUSABLE: 'The state file cannot be read or written',
  STATE_LOCKED: 'Another sandbox uses the state file',
} as const satisfies Record<string, string>

/** A stable code of this package; see `docs/sandbox.md`. */
export type SandboxErrorCode = keyof typeof sandboxErrorCodes

/** What is wrong with one value of a request. */
export interface ValueProblem {
  /** Where it stands, as `body.webhook_url`. */
  readonly location: string
  readonly message: string
}

const statuses: Readonly<Record<SandboxErrorCode, number>> = {
  BODY_INVALID: 400,
  KEY_INVALID: 401,
  KEY_FORBIDDEN: 403,
  NOT_FOUND: 404,
  VALUE_INVALID: 422,
  STATE_INVALID: 500,
  STATE_UNUSABLE: 500,
  STATE_LOCKED: 500,
}

// A registered symbol, so that `is` holds across two installed copies of this package.
const brand = Symbol.for('sallyport.sandbox-error')

/**
 * What the sandbox throws: a stable code and a message that says what to do.
 *
 * @example
 * try { sandbox.sonzai.rotateSecret('agent.message') } catch (error) {
 *   if (SandboxError.is(error)) console.error(error.code) // NOT_FOUND
 * }
 */
export class SandboxError extends Error {
  override readonly name = 'SandboxError'
  readonly code: SandboxErrorCode
  /** What Sonzai answers; the other platforms answer 400 where this is 422. */
  readonly status: number
  readonly problems: readonly ValueProblem[]

  constructor(code: SandboxErrorCode, message: string, options: { cause?: unknown; problems?: ValueProblem[] } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.status = statuses[code]
    this.problems = options.problems ?? []
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `value` is a `SandboxError`, also one from another copy of this package. */
  static is(value: unknown): value is SandboxError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }

  toJSON(): { code: SandboxErrorCode; message: string } {
    return { code: this.code, message: this.message }
  }
}

/** Refuses one value. */
export function invalidValue(location: string, message: string): SandboxError {
  return new SandboxError('VALUE_INVALID', `${location} ${message}`, { problems: [{ location, message }] })
}
