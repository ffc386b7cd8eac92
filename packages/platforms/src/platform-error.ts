import { platformErrorCodes, type PlatformErrorCode } from './error-codes.ts'

const brand = Symbol.for('sallyport.platform-error')

/** A problem document (RFC 9457) as the platform sent it: texts bounded, credentials taken out. */
export interface Problem {
  readonly type?: string
  readonly title?: string
  readonly detail?: string
}

/** What is known of a failure beside its code. */
export interface PlatformErrorFacts {
  /** `sonzai` or `invoratec`. */
  readonly platform?: string | undefined
  /** The method that was called, as `webhooks.register`. */
  readonly operation?: string | undefined
  /** HTTP status, where the platform answered. */
  readonly status?: number | undefined
  /** Milliseconds the platform asks to wait (`Retry-After`). */
  readonly retryAfterMs?: number | undefined
  readonly problem?: Problem | undefined
  /** What it was this time; never a credential. */
  readonly detail?: string | undefined
}

/**
 * What this package throws. Neither the API key nor an auth header, a secret or what a platform answered with is in its
 * message, its members or its JSON; errors of `fetch` are not kept as `cause`, since they may hold the request.
 *
 * @example
 * try { await client.webhooks.list() } catch (error) {
 *   if (PlatformError.is(error) && error.code === 'PLATFORM_RATE_LIMITED') console.error(error.retryAfterMs)
 * }
 */
export class PlatformError extends Error {
  override readonly name = 'PlatformError'
  readonly code: PlatformErrorCode
  /** Fixed text of the code. */
  readonly title: string
  readonly platform?: string
  readonly operation?: string
  /** HTTP status, where the platform answered. */
  readonly status?: number
  /** Milliseconds the platform asks to wait. */
  readonly retryAfterMs?: number
  readonly problem?: Problem

  constructor(code: PlatformErrorCode, facts: PlatformErrorFacts = {}) {
    const title = platformErrorCodes[code]
    const place = [facts.platform, facts.operation].filter((part) => part !== undefined).join(' ')
    const detail = facts.detail ?? describeProblem(facts.problem)
    super([place, title, detail].filter((part) => part !== undefined && part !== '').join(': '))
    this.code = code
    this.title = title
    if (facts.platform !== undefined) this.platform = facts.platform
    if (facts.operation !== undefined) this.operation = facts.operation
    if (facts.status !== undefined) this.status = facts.status
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs
    if (facts.problem !== undefined) this.problem = facts.problem
    Object.defineProperty(this, brand, { value: true })
  }

  /** Whether `value` is a `PlatformError`, also one from another copy of this package. */
  static is(value: unknown): value is PlatformError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }

  toJSON(): { code: PlatformErrorCode; title: string; status?: number; retryAfterMs?: number } {
    const { code, title, status, retryAfterMs } = this
    return {
      code,
      title,
      ...(status === undefined ? undefined : { status }),
      ...(retryAfterMs === undefined ? undefined : { retryAfterMs }),
    }
  }
}

function describeProblem(problem: Problem | undefined): string | undefined {
  const texts = [problem?.title, problem?.detail].filter((text) => text !== undefined && text !== '')
  return texts.length === 0 ? undefined : texts.join(' – ')
}
