import { randomUUID } from 'node:crypto'
import type { WebhookEvent } from './event.ts'
import type { Provider } from './provider.ts'
import type { Refusal } from './verdict.ts'
import type { Authentic } from './authenticate.ts'
import { nameEvent } from './dedupe-key.ts'
import { identify, type NamedIdentity } from './identify.ts'

/** An event whose data is not validated yet. */
export interface IdentifiedEvent {
  readonly ok: true
  readonly event: WebhookEvent
  readonly identity: NamedIdentity
  /** The signed id or digest; `undefined` where nothing is signed. */
  readonly signedId: string | undefined
}

/**
 * Makes an event of an authentic delivery, by its signed content alone.
 *
 * @param trustIds whether the sender's ids name events; not so when several senders share the receiver unnamed
 */
export function toEvent(provider: Provider, authentic: Authentic, trustIds: boolean): IdentifiedEvent | Refusal {
  const { proof, signed, signedAt, vouched } = authentic
  const { scheme, claim } = proof.match
  const identity = identify(provider, authentic.body, signed.headers, (name) => scheme.signedHeader(claim, name))
  if ('code' in identity) return identity
  const isOneSender = trustIds || proof.tenant !== undefined || vouched !== undefined
  const signedId = nameEvent(identity.id ?? vouched?.id, proof, signed, isOneSender)
  const event: WebhookEvent = {
    id: signedId ?? randomUUID(),
    type: identity.type,
    data: identity.data,
    provider: provider.name,
    receivedAt: new Date(signed.receivedAt),
    keyId: proof.keyId,
    ...(signedAt === undefined ? undefined : { signedAt: new Date(signedAt) }),
    ...(proof.tenant === undefined ? undefined : { tenant: proof.tenant }),
  }
  return { ok: true, event, identity, signedId }
}
