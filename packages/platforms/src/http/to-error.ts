import type { PlatformErrorCode } from '../error-codes.ts'
import { PlatformError, type PlatformErrorFacts } from '../platform-error.ts'
import { readProblem } from './read-problem.ts'
import { parseRetryAfter } from './retry.ts'

const codes: Readonly<Record<number, PlatformErrorCode>> = {
  400: 'PLATFORM_BAD_REQUEST',
  401: 'PLATFORM_UNAUTHORIZED',
  403: 'PLATFORM_FORBIDDEN',
  404: 'PLATFORM_NOT_FOUND',
  409: 'PLATFORM_CONFLICT',
  410: 'PLATFORM_NOT_FOUND',
  422: 'PLATFORM_BAD_REQUEST',
  429: 'PLATFORM_RATE_LIMITED',
}

/** Creates the error for an answer that is not 2xx. */
export function toAnswerError(
  response: Response,
  content: Uint8Array,
  facts: PlatformErrorFacts,
  { now, secrets }: { readonly now: number; readonly secrets: readonly string[] },
): PlatformError {
  const { status } = response
  return new PlatformError(toCode(status), {
    ...facts,
    status,
    retryAfterMs: parseRetryAfter(response.headers.get('retry-after'), now),
    problem: readProblem(content, secrets),
  })
}

function toCode(status: number): PlatformErrorCode {
  const known = codes[status]
  if (known !== undefined) return known
  // With `redirect: 'manual'`, a redirect may have no status.
  if (status === 0 || (status >= 300 && status < 400)) return 'PLATFORM_REDIRECTED'
  return status >= 400 && status < 500 ? 'PLATFORM_REFUSED' : 'PLATFORM_UNAVAILABLE'
}
