import type { JsonObject } from '../../verify/decode.ts'
import type { Provider } from '../../verify/provider.ts'
import type { Fixture } from '../fixtures/fixture.ts'
import type { Signer } from '../signers/signer.ts'
import { deriveSigner } from './derive-signer.ts'
import { isForm, toFields, toForm } from './form-body.ts'
import { makeBody } from './make-body.ts'
import { findSignedHeaders, makeId } from './signed-headers.ts'
import { isObject, withBodyTime } from './write-time.ts'

/** What a user says about a delivery of a provider without a signer of its own. */
export interface OwnDelivery {
  readonly body: unknown
  readonly type: string
  readonly id: string | undefined
  /** Time of signing in milliseconds since 1970, if the user chose it. */
  readonly now: number | undefined
  /** Makes the body of a built-in sender where none is given. @default a made-up body */
  readonly fixture?: Fixture | undefined
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
export function planOwn(provider: Provider, { body, type, id: wanted, now, fixture }: OwnDelivery): PlannedDelivery {
  const headers = findSignedHeaders(provider, readBody(body) ?? { type, event: type, event_type: type, data: {} })
  const signer = deriveSigner(provider.name, provider.scheme, headers)
  const id = wanted ?? makeId(headers)
  const signedAt = now ?? Date.now()
  if (body === undefined && fixture !== undefined)
    return { signer, id, body: fixture({ now: new Date(signedAt), id, type }) }
  if (body === undefined) return { signer, id, body: makeBody(provider, { type, id, now: signedAt }, headers) }
  const withTime = (fields: JsonObject): JsonObject =>
    withBodyTime(provider.scheme, fields, signedAt, now !== undefined)
  if (isForm(body)) return { signer, id, body: toForm(withTime(toFields(body))) }
  return { signer, id, body: isObject(body) ? withTime(body) : body }
}

function readBody(body: unknown): JsonObject | undefined {
  if (isObject(body)) return body
  if (isForm(body)) return toFields(body)
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return undefined
  try {
    const value: unknown = JSON.parse(typeof body === 'string' ? body : Buffer.from(body).toString())
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
