import { allow } from '../../options/allow.ts'
import { checkOptions } from '../../options/check-options.ts'
import { failProvider } from '../check-provider.ts'
import type { DeliveryHead } from '../delivery.ts'
import { refuse, type Refusal } from '../verdict.ts'
import type { Claim, Scheme } from './scheme.ts'

/** Options of `withHttps`. */
export interface HttpsOptions {
  /**
   * Header in which your proxy says how it was reached, such as `x-forwarded-proto`. Set it only if the proxy sets or
   * overwrites it on every request: without such a proxy, anybody can send it. @default none: the connection to this
   * process itself must be encrypted
   */
  readonly forwardedHeader?: string | undefined
}

/**
 * Adds a condition to a scheme: the delivery must come over HTTPS. For senders that put a secret into a header. Checked
 * first, from the head alone. With `forwardedHeader`, only that header counts: it must be there once and say `https`. Without
 * it the host must say whether the connection was encrypted (`secure`); where it does not, every delivery is answered 500.
 *
 * @example
 * withHttps(sharedSecret({ header: 'authorization' }), { forwardedHeader: 'x-forwarded-proto' })
 */
export function withHttps(scheme: Scheme, options: HttpsOptions = {}): Scheme {
  checkOptions('withHttps', options, { forwardedHeader: allow.filled }, failProvider)
  const { forwardedHeader } = options
  const headerName = forwardedHeader?.toLowerCase()
  const condition = `HTTPS, as ${headerName === undefined ? 'the connection' : `header ${headerName}`} shows`

  return Object.freeze({
    ...scheme,
    describe() {
      const description = scheme.describe()
      return { ...description, also: [...(description.also ?? []), condition] }
    },
    inspect(head: DeliveryHead): Claim | Refusal {
      if (headerName === undefined && head.secure === undefined) return refuse('REQUEST_UNREADABLE', undeclared)
      return isHttps(head, headerName) ? scheme.inspect(head) : refuse('HTTPS_REQUIRED')
    },
  })
}

const undeclared =
  'HTTPS is required, and the host does not say whether the connection was encrypted; pass secure with the request ' +
  '(sallyport/fetch: handle(request, { secure: true }) where every connection is encrypted), or name the header of your proxy'

function isHttps(head: DeliveryHead, headerName: string | undefined): boolean {
  if (headerName === undefined) return head.secure === true
  const values = head.headers.getAll(headerName)
  return values.length === 1 && values[0] === 'https'
}
