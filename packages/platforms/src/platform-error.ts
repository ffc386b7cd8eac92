import { SallyportError } from 'sallyport'
import type { ErrorDetail } from './error-detail.ts'
import { defined } from './objects.ts'
import { platformErrorCodes, type PlatformErrorCode } from './error-codes.ts'

/** A problem document (RFC 9457) from the platform: bounded texts without credentials. */
export interface Problem {
  readonly type?: string | undefined
  readonly title?: string | undefined
  readonly detail?: string | undefined
  /** The invalid values it names, at most 100. */
  readonly errors?: readonly ErrorDetail[] | undefined
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

// The rest is in `problem.errors`.
const mostShown = 3

/** Names places and reasons, never values. */
function describeProblem({ title, detail, errors = [] }: Problem = {}): string | undefined {
  const texts = [title, detail].filter((text) => text !== undefined && text !== '').join(' – ')
  // Some services say it all in `detail` already.
  const news = errors.filter(({ message = '' }) => message === '' || !texts.includes(message))
  const reasons = news
    .slice(0, mostShown)
    .map(({ location, message }) => [location, message].filter((text) => text !== undefined).join(': '))
  if (news.length > mostShown) reasons.push(`and ${news.length - mostShown} more`)
  const described = reasons.length === 0 ? texts : `${texts} (${reasons.join('; ')})`.trim()
  return described === '' ? undefined : described
}
