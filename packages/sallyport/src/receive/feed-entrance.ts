import { decodeBody } from '../verify/decode.ts'
import type { Authenticate } from '../verify/authenticate.ts'
import type { Delivery, IncomingDelivery } from '../verify/delivery.ts'
import { unauthenticated } from '../verify/schemes/unauthenticated.ts'
import { refuse } from '../verify/verdict.ts'
import type { Reply } from './reply.ts'

/** Where a fetched event comes from, and its name there. */
export interface Voucher {
  /** Name of the feed. */
  readonly feed: string
  readonly tenant: string | undefined
  /** The id the event has at its source, for a provider that finds none in the body. */
  readonly id: string | undefined
}

/** A feed's way into a receiver. Not a member of the receiver, so a copy of a receiver, or an adapter, has no access to it. */
export interface Entrance {
  /** Takes an event through all stages except the signature check. Never rejects. */
  deliver(incoming: IncomingDelivery, voucher: Voucher): Promise<Reply>
  /** Whether the receiver takes events of a type. */
  handles(type: string): boolean
  /** Whether ids in the body name pushed events. */
  readonly trustIds: boolean
  /** Names of the open feeds; shown by `describe()`. */
  readonly feeds: Set<string>
}

const entrances = new WeakMap<object, Entrance>()

/** Gives a receiver its entrance. */
export function addEntrance(receiver: object, entrance: Entrance): void {
  entrances.set(receiver, entrance)
}

/** The entrance of a receiver; `undefined` for one from another copy of this package. */
export function entranceOf(receiver: object): Entrance | undefined {
  return entrances.get(receiver)
}

// A fetched event is not signed. Its digest still names it where nothing else does.
const scheme = unauthenticated()

/**
 * The first stage for a fetched event. The program that fetched it proved the sender by TLS and its own key, so there is no
 * signature to check. All later stages are the same.
 */
export function vouch({ feed, tenant, id }: Voucher, maxBodyBytes: number): Authenticate {
  return async ({ body: content }, head, known) => {
    if (typeof content === 'function') return refuse('BODY_ALREADY_PARSED')
    const keyId = `feed:${feed}`
    known.keyId = keyId
    known.tenant = tenant
    known.bodyBytes = content.byteLength
    if (content.byteLength > maxBodyBytes) return refuse('BODY_TOO_LARGE')
    const decoded = decodeBody(content)
    if (!decoded.ok) return decoded
    const delivery: Delivery = { ...head, body: content }
    return {
      ok: true,
      keyId,
      tenant,
      match: { keyIndex: 0, scheme, claim: {} },
      delivery,
      signed: delivery,
      encoding: undefined,
      body: decoded.body,
      signedAt: undefined,
      fetched: { id },
    }
  }
}
