import type { JsonObject } from '../../verify/decode.ts'
import type { Provider } from '../../verify/provider.ts'
import type { Signer } from '../signers/signer.ts'
import { deriveSigner } from './derive-signer.ts'
import { makeBody } from './make-body.ts'
import { findSignedHeaders, makeId } from './signed-headers.ts'
import { isObject, withBodyTime } from './write-time.ts'

/** What a user says about a delivery of a provider of their own. */
export interface OwnDelivery {
  readonly body: unknown
  readonly type: string
  readonly id: string | undefined
  /** Time of signing in milliseconds since 1970, if the user chose it. */
  readonly now: number | undefined
}

/** A delivery of a provider that has no signer of its own, ready to sign. */
export interface PlannedDelivery {
  readonly signer: Signer
  readonly id: string
  readonly body: unknown
}

/**
 * Plans a delivery with the signer derived from the provider's scheme. The time of signing is written into a body that is an
 * object where the scheme reads it there: if it is missing, or if the user chose the time.
 *
 * @throws SallyportError `OPTION_INVALID` where no signer can be derived, or no body can be made up
 */
export function planOwn(provider: Provider, { body, type, id: wanted, now }: OwnDelivery): PlannedDelivery {
  const headers = findSignedHeaders(provider, readBody(body) ?? { type, event: type, event_type: type, data: {} })
  const signer = deriveSigner(provider.name, provider.scheme, headers)
  const id = wanted ?? makeId(headers)
  const signedAt = now ?? Date.now()
  if (body === undefined) return { signer, id, body: makeBody(provider, { type, id, now: signedAt }, headers) }
  return { signer, id, body: isObject(body) ? withBodyTime(provider.scheme, body, signedAt, now !== undefined) : body }
}

function readBody(body: unknown): JsonObject | undefined {
  if (isObject(body)) return body
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined
  try {
    const value: unknown = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
