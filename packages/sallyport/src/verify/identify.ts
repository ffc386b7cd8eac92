import type { JsonObject } from './decode.ts'
import type { HeaderList } from './header-list.ts'
import type { Identity, Provider } from './provider.ts'
import { refuse, type Refusal } from './verdict.ts'

/** An identity whose type is a usable name. */
export interface NamedIdentity extends Identity {
  readonly type: string
  /** The signed headers the provider went by, by lower-case name. */
  readonly signedHeaders: Readonly<Record<string, string>>
}

// Long enough for any real event name, short enough for a report.
const maxTypeLength = 256

/**
 * Asks the provider what the delivery is; it sees the signed body and the headers that the signature covers.
 *
 * @param signedHeader the text of a header as the signature covers it, by lower-case name
 */
export function identify(
  provider: Provider,
  body: JsonObject,
  unsignedHeaders: HeaderList,
  signedHeader: (name: string) => string | undefined,
): NamedIdentity | Refusal {
  const signedHeaders: Record<string, string> = {}
  const identity = provider.identify({
    body,
    unsignedHeaders,
    signedHeader(name) {
      const lowerName = name.toLowerCase()
      const text = signedHeader(lowerName)
      if (text !== undefined) signedHeaders[lowerName] = text
      return text
    },
  })
  if ('code' in identity) return identity
  const { type } = identity
  if (typeof type !== 'string' || type === '' || type.length > maxTypeLength) return refuse('EVENT_UNIDENTIFIED')
  return { ...identity, type, signedHeaders }
}
