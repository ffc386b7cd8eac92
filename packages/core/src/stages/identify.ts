import type { JsonObject } from '../decode.ts'
import type { Delivery } from '../delivery.ts'
import { SallyportError } from '../errors.ts'
import type { Identity, Provider } from '../provider.ts'
import type { Scheme } from '../schemes/scheme.ts'
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
  scheme: Scheme,
): NamedIdentity | Refusal {
  const identity = provider.identify({
    body,
    unsignedHeaders: delivery.headers,
    signedHeader(name) {
      if (scheme.coversHeader(name.toLowerCase())) return delivery.headers.get(name)
      throw new SallyportError('PROVIDER_INVALID', `${provider.name}: header "${name}" is not signed and cannot identify an event`)
    },
  })
  if ('code' in identity) return identity
  const { type } = identity
  if (typeof type !== 'string' || type === '' || type.length > maxTypeLength) return refuse('EVENT_UNIDENTIFIED')
  return { ...identity, type }
}
