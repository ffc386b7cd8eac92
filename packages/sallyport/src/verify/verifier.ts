import type { Delivery } from './delivery.ts'
import type { JsonObject } from './decode.ts'
import { createKeySource } from './key-source.ts'
import { toSettings, type VerifierOptions } from '../receive/options.ts'
import type { EventMap, Provider } from './provider.ts'
import type { KeyRing } from './secrets.ts'
import { inspectHead, prove, readSignedContent } from './prove.ts'
import { isRefusal, type Refusal } from './verdict.ts'

/** A verified delivery: which key matched, the parsed body and the signed time (milliseconds since 1970). */
export interface Verified {
  readonly ok: true
  readonly keyId: string
  readonly body: JsonObject
  readonly signedAt?: number
}

/** Verifies deliveries without dispatching them. */
export interface Verifier {
  /** Verifies and parses. Never throws for anything a sender can do. Synchronous, so it takes no secret resolver. */
  verify(delivery: Delivery): Verified | Refusal
}

/**
 * Authentication alone, for those who bring their own dispatching: signature, freshness, strict decoding.
 * Replays are not noticed here; a receiver does that.
 *
 * @throws SallyportError `SECRET_MISSING`, `SECRET_INVALID`, `OPTION_INVALID` at start-up
 * @example
 * const verifier = createVerifier(github(), { secret })
 * const verdict = verifier.verify({ method, url, headers: toHeaderList(request.headers), body, receivedAt: Date.now() })
 */
export function createVerifier<Events extends EventMap>(
  provider: Provider<Events>,
  options: VerifierOptions & {
    readonly secret?: Exclude<VerifierOptions['secret'], (...parameters: never[]) => unknown>
  },
): Verifier {
  const { scheme } = provider
  const { toleranceMs } = toSettings(options, provider)
  const ring = createKeySource(options.secret, scheme, provider.name).fixed as KeyRing

  return {
    verify(delivery) {
      const claim = inspectHead(scheme, delivery, toleranceMs)
      if (isRefusal(claim)) return claim
      const proof = prove(scheme, claim, delivery, ring, toleranceMs)
      if (!proof.ok) return proof
      const content = readSignedContent(proof, delivery.body, delivery.receivedAt, toleranceMs)
      if (!content.ok) return content
      const { body, signedAt } = content
      return signedAt === undefined
        ? { ok: true, keyId: proof.keyId, body }
        : { ok: true, keyId: proof.keyId, body, signedAt }
    },
  }
}
