import { decodeBody } from '../verify/decode.ts'
import type { Delivery } from '../verify/delivery.ts'
import { unauthenticated } from '../verify/schemes/unauthenticated.ts'
import { refuse } from '../verify/verdict.ts'
import type { Authenticate } from '../verify/authenticate.ts'

/** Who stands for an event that was fetched, and how the event is named. */
export interface Voucher {
  /** Name of the source. */
  readonly feed: string
  readonly tenant: string | undefined
  /** The source's own id of the event, for a provider that finds none in the body. */
  readonly id: string | undefined
}

// Nobody signed what was fetched; its digest still names it, where nothing else does.
const scheme = unauthenticated()

/**
 * The first stage of an event that a source has fetched: the source proved the sender when it fetched, by TLS and its own
 * key, so no signature is looked for. Everything behind it is the same.
 */
export function vouch({ feed, tenant, id }: Voucher, maxBodyBytes: number): Authenticate {
  return async ({ body: content }, head, facts) => {
    if (typeof content === 'function') return refuse('BODY_ALREADY_PARSED')
    facts.known.keyId = `feed:${feed}`
    if (tenant !== undefined) facts.known.tenant = tenant
    facts.known.bodyBytes = content.byteLength
    if (content.byteLength > maxBodyBytes) return refuse('BODY_TOO_LARGE')
    const decoded = decodeBody(content)
    if (!decoded.ok) return decoded
    const delivery: Delivery = { ...head, body: content }
    const match = { keyIndex: 0, scheme, claim: {} }
    const proof = {
      ok: true,
      keyId: `feed:${feed}`,
      match,
      ...(tenant === undefined ? undefined : { tenant }),
    } as const
    return {
      ok: true,
      delivery,
      signed: delivery,
      proof,
      body: decoded.body,
      encoding: undefined,
      signedAt: undefined,
      vouched: { id },
    }
  }
}
