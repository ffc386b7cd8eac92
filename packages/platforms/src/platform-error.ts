import { SallyportError } from 'sallyport'
import { defined } from './objects.ts'
import { platformErrorCodes, type PlatformErrorCode } from './error-codes.ts'

/** A problem document (RFC 9457) from the platform: bounded texts without credentials. */
export interface Problem {
  readonly type?: string | undefined
  readonly title?: string | undefined
  readonly detail?: string | undefined
}

/** What is known about a failure besides its code. */
export interface PlatformErrorFacts {
  /** `sonzai` or `invoratec`. */
  readonly platform?: string | undefined
  /** The method that was called, as `webhooks.register`. */
  readonly operation?: string | undefined
  /** HTTP status, if the platform answered. */
  readonly status?: number | undefined
  /** Milliseconds the platform asks to wait (`Retry-After`). */
  readonly retryAfterMs?: number | undefined
  readonly problem?: Problem | undefined
  /** The particular reason; never a credential. */
  readonly detail?: string | undefined
}

/**
 * Every error that this package throws. API keys, auth headers, secrets and answers never appear in its message, properties
 * or JSON. Errors of `fetch` are not kept as `cause`, because they may contain the request.
 *
 * @example
 * try { await client.webhooks.list() } catch (error) {
 *   if (PlatformError.is(error) && error.code === 'PLATFORM_RATE_LIMITED') console.error(error.retryAfterMs)
 * }
 */
export class PlatformError extends SallyportError<PlatformErrorCode> {
  override readonly name = 'PlatformError'
  declare readonly platform?: string | undefined
  declare readonly operation?: string | undefined
  /** Milliseconds the platform asks to wait. */
  declare readonly retryAfterMs?: number | undefined
  declare readonly problem?: Problem | undefined

  constructor(code: PlatformErrorCode, facts: PlatformErrorFacts = {}) {
    const [title, fix] = platformErrorCodes[code]
    const { detail, status, ...rest } = facts
    const place = [facts.platform, facts.operation].filter((part) => part !== undefined).join(' ')
    const texts = [place, title, detail ?? describeProblem(facts.problem)]
    super(code, texts.filter((text) => text !== undefined && text !== '').join(': '), { title, fix, status })
    // Only what is known: an error is printed with all its properties.
    Object.assign(this, defined(rest))
  }

  /** Whether `value` is a `PlatformError`, also one from another copy of this package. */
  static override is(value: unknown): value is PlatformError {
    return SallyportError.is(value) && value.name === 'PlatformError'
  }

  override toJSON(): {
    code: PlatformErrorCode
    title: string
    status?: number | undefined
    retryAfterMs?: number | undefined
  } {
    const { code, title, status, retryAfterMs } = this
    return { code, title, status, retryAfterMs }
  }
}

function describeProblem(problem: Problem | undefined): string | undefined {
  const texts = [problem?.title, problem?.detail].filter((text) => text !== undefined && text !== '')
  return texts.length === 0 ? undefined : texts.join(' – ')
}
