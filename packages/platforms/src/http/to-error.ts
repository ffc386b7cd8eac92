import { decodeBody } from 'sallyport/provider'
import type { PlatformErrorCode } from '../error-codes.ts'
import { PlatformError, type PlatformErrorFacts, type Problem } from '../platform-error.ts'
import { redact } from './redact.ts'
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

/** Reads the texts of a problem document, or the `{error}` or `{message}` of older services. */
function readProblem(content: Uint8Array, secrets: readonly string[]): Problem | undefined {
  const decoded = decodeBody(content)
  if (!decoded.ok) return undefined
  const { body } = decoded
  const read = (...names: readonly string[]): string | undefined => {
    const value = names.map((name) => body[name]).find((candidate) => typeof candidate === 'string' && candidate !== '')
    return value === undefined ? undefined : redact(value as string, secrets)
  }
  const [type, title, detail] = [read('type'), read('title'), read('detail', 'message', 'error')]
  if (type === undefined && title === undefined && detail === undefined) return undefined
  return { type, title, detail }
}
