import { SallyportError } from 'sallyport'

/** Every code of the sandbox: the HTTP status Sonzai answers with, what happened, and what to do about it. */
export const sandboxErrorCodes = {
  BODY_INVALID: [400, 'The request body is not a JSON object', 'Send a JSON object.'],
  KEY_INVALID: [401, 'The API key is missing or unknown', 'Send one of the keys of the sandbox.'],
  KEY_FORBIDDEN: [403, 'The API key lacks the permission', 'Use a key with the permission.'],
  NOT_FOUND: [404, 'There is no such webhook, notification or agent', 'Check the name or id.'],
  VALUE_INVALID: [422, 'A value is missing or not in the documented format', 'Correct the value it names.'],
  STATE_INVALID: [500, 'The state file is not one of this sandbox', 'Remove the file, or pass another one.'],
  STATE_UNUSABLE: [500, 'The state file cannot be read or written', 'Check the file, its folder and permissions.'],
  STATE_LOCKED: [500, 'Another sandbox uses the state file', 'Stop that sandbox, or pass another file.'],
} as const satisfies Record<string, readonly [status: number, title: string, fix: string]>

/** A stable code of this package; see `docs/sandbox.md`. */
export type SandboxErrorCode = keyof typeof sandboxErrorCodes

/** An invalid value of a request. */
export interface ValueProblem {
  /** The place of the value, as `body.webhook_url`. */
  readonly location: string
  readonly message: string
}

/**
 * Every error that the sandbox throws.
 *
 * @example
 * try { sandbox.sonzai.rotateSecret('agent.message') } catch (error) {
 *   if (SandboxError.is(error)) console.error(error.code) // NOT_FOUND
 * }
 */
export class SandboxError extends SallyportError<SandboxErrorCode> {
  override readonly name = 'SandboxError'
  /** The status Sonzai answers with; the other platforms answer 400 instead of 422. */
  declare readonly status: number
  readonly problems: readonly ValueProblem[]

  constructor(code: SandboxErrorCode, message: string, options: { cause?: unknown; problems?: ValueProblem[] } = {}) {
    const [status, title, fix] = sandboxErrorCodes[code]
    super(code, message, { title, fix, status, cause: options.cause })
    this.problems = options.problems ?? []
  }

  /** Whether `value` is a `SandboxError`, also one from another copy of this package. */
  static override is(value: unknown): value is SandboxError {
    return SallyportError.is(value) && value.name === 'SandboxError'
  }
}

/** Creates the error for one invalid value. */
export function invalidValue(location: string, message: string): SandboxError {
  return new SandboxError('VALUE_INVALID', `${location} ${message}`, { problems: [{ location, message }] })
}
