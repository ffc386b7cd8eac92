import type { DeliveryHead } from '../delivery.ts'
import { refuse, type Refusal } from '../verdict.ts'
import type { Claim, Scheme } from './scheme.ts'

/** Options of `withHttps`. */
export interface HttpsOptions {
  /**
   * Header in which the proxy before this process says how it was reached, as `x-forwarded-proto`. Name it only where
   * that proxy sets or overwrites it on every request: without such a proxy, anybody can send it. @default none: the
   * connection to this process itself must be encrypted
   */
  readonly forwardedHeader?: string | undefined
}

/**
 * Adds a condition to a scheme: the delivery came over HTTPS, for senders that put a secret into a header. Judged by the
 * head alone, before anything else. A declared header must be there once and say `https`; it alone counts then.
 *
 * @example
 * withHttps(sharedSecret({ header: 'authorization' }), { forwardedHeader: 'x-forwarded-proto' })
 */
export function withHttps(scheme: Scheme, { forwardedHeader }: HttpsOptions = {}): Scheme {
  const headerName = forwardedHeader?.toLowerCase()
  const condition = `HTTPS, as ${headerName === undefined ? 'the connection' : `header ${headerName}`} shows`

  return {
    ...scheme,
    describe() {
      const description = scheme.describe()
      return { ...description, also: [...(description.also ?? []), condition] }
    },
    inspect(head: DeliveryHead): Claim | Refusal {
      return isHttps(head, headerName) ? scheme.inspect(head) : refuse('HTTPS_REQUIRED')
    },
  }
}

function isHttps(head: DeliveryHead, headerName: string | undefined): boolean {
  if (headerName === undefined) return head.secure === true
  const values = head.headers.getAll(headerName)
  return values.length === 1 && values[0] === 'https'
}
