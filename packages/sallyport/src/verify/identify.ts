import { createHash, randomUUID } from 'node:crypto'
import type { Authentic } from './authenticate.ts'
import type { JsonObject } from './decode.ts'
import { claimPrefix, type WebhookEvent } from './event.ts'
import type { HeaderList } from './header-list.ts'
import type { Identity, Provider } from './provider.ts'
import { refuse, type Refusal } from './verdict.ts'

/** An identity whose type is a usable name. */
export interface NamedIdentity extends Identity {
  readonly type: string
  /** The signed headers the provider read, by lower-case name. */
  readonly signedHeaders: Readonly<Record<string, string>>
}

// Long enough for any real event name, short enough for a report.
const maxTypeLength = 256
const maxClaimLength = 128

// As senders write names: `orders/create`, `Push Hook`. Nothing that could steer what prints it.
const plainName = /^[\w./:-]+(?: [\w./:-]+)*$/

/**
 * The event type of an identity: the signed one, else `claimed:` and the claimed one. `undefined` when neither is a usable name.
 * A signed type never begins with `claimed:`, so the prefix always says that the name is not proven.
 */
export function typeOf({ type, claimedType }: Identity): string | undefined {
  if (type !== undefined) {
    const isName = typeof type === 'string' && type !== '' && type.length <= maxTypeLength
    return isName && !type.startsWith(claimPrefix) ? type : undefined
  }
  const isPlain = typeof claimedType === 'string' && claimedType.length <= maxClaimLength && plainName.test(claimedType)
  return isPlain ? claimPrefix + claimedType : undefined
}

/**
 * Asks the provider what the delivery is. It sees the signed body and the headers that the signature covers.
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
    body: provider.scheme.signedBody?.(body) ?? body,
    unsignedBody: body,
    unsignedHeaders,
    signedHeader(name) {
      const lowerName = name.toLowerCase()
      const text = signedHeader(lowerName)
      if (text !== undefined) signedHeaders[lowerName] = text
      return text
    },
  })
  if ('code' in identity) return identity
  const type = typeOf(identity)
  return type === undefined ? refuse('EVENT_UNIDENTIFIED') : { ...identity, type, signedHeaders }
}

/** An event whose data is not validated yet. */
export interface IdentifiedEvent {
  readonly ok: true
  readonly event: WebhookEvent
  readonly identity: NamedIdentity
  /** The signed id or digest; `undefined` where nothing is signed. */
  readonly signedId: string | undefined
}

/**
 * Makes an event from an authentic delivery, by its signed content alone.
 *
 * @param trustIds false when several senders share the receiver without a tenant name: one could then use up another's ids
 */
export function identifyEvent(provider: Provider, authentic: Authentic, trustIds: boolean): IdentifiedEvent | Refusal {
  const { keyId, tenant, match, signed, signedAt, fetched } = authentic
  const { scheme, claim } = match
  const identity = identify(provider, authentic.body, signed.headers, (name) => scheme.signedHeader(claim, name))
  if ('code' in identity) return identity
  const isNamed = scheme.coversBody !== false && (trustIds || tenant !== undefined)
  const id = isNamed || fetched !== undefined ? (identity.id ?? fetched?.id) : undefined
  const signedId = id === undefined || id === '' ? digestOf(authentic) : id
  const event = toWebhookEvent({
    id: signedId ?? randomUUID(),
    type: identity.type,
    data: identity.data,
    provider: provider.name,
    receivedAt: signed.receivedAt,
    keyId,
    signedAt,
    tenant,
    envelope: identity.envelope,
  })
  return { ok: true, event, identity, signedId }
}

/** An event's members, with times in milliseconds since 1970. */
type EventRecord = Omit<WebhookEvent, 'receivedAt' | 'signedAt' | 'claimedType'> & {
  readonly receivedAt: number
  readonly signedAt?: number | undefined
}

/** Makes the event that handlers get. */
export function toWebhookEvent(record: EventRecord): WebhookEvent {
  const { id, type, data, provider, receivedAt, keyId, signedAt, tenant, envelope } = record
  return {
    id,
    type,
    claimedType: type.startsWith(claimPrefix) ? type.slice(claimPrefix.length) : undefined,
    data,
    provider,
    receivedAt: new Date(receivedAt),
    keyId,
    signedAt: signedAt === undefined ? undefined : new Date(signedAt),
    tenant,
    envelope,
  }
}

/**
 * A digest of everything signed: the signed time too, so that two honest events with equal bodies are never merged.
 * `undefined` when nothing is signed: then no two deliveries are known to be the same.
 */
function digestOf({ match, signed }: Authentic): string | undefined {
  const pieces = match.scheme.signedBytes(match.claim, signed)
  if (pieces === undefined) return undefined
  const digest = createHash('sha256')
  for (const piece of pieces) typeof piece === 'string' ? digest.update(piece, 'latin1') : digest.update(piece)
  return `sha256:${digest.digest('hex')}`
}

const maxPlainLength = 200

/** The key in the replay guard or the inbox: of bounded length, and never equal for two providers or two tenants. */
export function toDedupeKey(provider: string, tenant: string | undefined, id: string): string {
  const plain = JSON.stringify([provider, tenant ?? null, id])
  return plain.length <= maxPlainLength ? plain : `sha256:${createHash('sha256').update(plain).digest('hex')}`
}
