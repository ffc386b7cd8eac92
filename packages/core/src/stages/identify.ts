import type { JsonObject } from '../decode.ts'
import type { Delivery } from '../delivery.ts'
import type { Identity, Provider } from '../provider.ts'
import type { Match } from '../schemes/scheme.ts'
import { refuse, type Refusal } from '../verdict.ts'

/** An identity whose type is a usable name. */
export interface NamedIdentity extends Identity {
  readonly type: string
}

// Long enough for any real event name, short enough for a report.
const maxTypeLength = 256

/** Asks the provider what the delivery is; it sees the signed body and the headers that the signature covers. */
export function identify(
  provider: Provider,
  body: JsonObject,
  delivery: Delivery,
  { scheme, claim }: Match,
): NamedIdentity | Refusal {
  const identity = provider.identify({
    body,
    unsignedHeaders: delivery.headers,
    signedHeader: (name) => scheme.signedHeader(claim, name),
  })
  if ('code' in identity) return identity
  const { type } = identity
  if (typeof type !== 'string' || type === '' || type.length > maxTypeLength) return refuse('EVENT_UNIDENTIFIED')
  return { ...identity, type }
}
