import { allow, checkOptions, type OptionRules } from 'sallyport/provider'
import type { MiddlewareHandler } from 'hono'

/** Calls of the management APIs to fail. */
export interface Outage {
  /** Number of calls to fail. */
  readonly calls: number
  /** 429, or 500 to 599. @default 503 */
  readonly status?: number | undefined
  /** `Retry-After` in seconds. @default no header */
  readonly retryAfterSeconds?: number | undefined
}

const rules: OptionRules<Outage> = {
  calls: allow.required(allow.integer(0)),
  status: {
    allowed: '429, or an integer from 500 to 599',
    accepts: (value) => value === 429 || allow.integer(500, 599).accepts(value),
  },
  retryAfterSeconds: allow.integer(0),
}

/** Makes calls fail before they do anything, like a gateway or a rate limit. */
export interface Outages {
  /** @throws SallyportError `OPTION_INVALID` */
  begin(outage: Outage): void
  readonly guard: MiddlewareHandler
}

/** Creates the record of calls to fail. */
export function createOutages(): Outages {
  let rest = 0
  let answer: Pick<Outage, 'status' | 'retryAfterSeconds'> = {}
  return {
    begin(outage) {
      checkOptions('failCalls', outage, rules)
      const { calls, status = 503, retryAfterSeconds } = outage
      rest = calls
      answer = { status, retryAfterSeconds }
    },
    guard: async (_context, next) => {
      if (rest === 0) return next()
      rest -= 1
      const { status = 503, retryAfterSeconds } = answer
      const document = {
        title: status === 429 ? 'Too Many Requests' : 'Unavailable',
        status,
        detail: 'failCalls asked for this failure',
      }
      const headers = new Headers({ 'content-type': 'application/problem+json' })
      if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds))
      return new Response(JSON.stringify(document), { status, headers })
    },
  }
}
