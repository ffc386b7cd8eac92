import type { DeliveryHead } from '../delivery.ts'
import { SallyportError } from '../../errors/sallyport-error.ts'
import { freezeCopy } from '../../options/freeze-copy.ts'
import { findSecretFlaw } from '../secret-flaw.ts'
import { isRefusal, type Refusal } from '../verdict.ts'
import { carriesProof, isThere, proofNames } from './carries-proof.ts'
import type { Claim, Scheme } from './scheme.ts'
import { sharedSecret } from './shared-secret.ts'

/**
 * Adds a condition to a scheme: a header must carry one of the given values, compared verbatim, in constant time and before
 * the body is read.
 *
 * @param values accepted values; several during rotation
 * @throws SallyportError `SECRET_INVALID` for no value, an empty one, one that a header cannot carry, or one with white space
 * or quotes around it
 */
export function withRequiredHeader(scheme: Scheme, header: string, values: readonly string[]): Scheme {
  const accepted = freezeCopy(values)
  const credential = sharedSecret({ header, bearer: 'never' })
  for (const value of accepted) {
    const flaw = typeof value === 'string' ? findSecretFlaw(value) : undefined
    if (flaw !== undefined)
      throw new SallyportError('SECRET_INVALID', `the value required in header "${header}" ${flaw}`)
  }
  const keys = accepted.map((value) => credential.prepareKey(value))
  if (keys.length === 0 || keys.includes(undefined)) {
    throw new SallyportError(
      'SECRET_INVALID',
      `the value required in header "${header}" is empty or not printable ASCII; pass the value the sender sends`,
    )
  }

  const isProof = proofNames(scheme).length > 0

  const required: Scheme = {
    ...scheme,
    secretHeaders: Object.freeze([...scheme.secretHeaders, header]),
    carriesProof: (head) => (isProof ? carriesProof(scheme, head) : isThere(header, head)),
    definition: () => ({ kind: 'with-required-header', scheme, header, values: accepted }),
    describe() {
      const description = scheme.describe()
      return { ...description, also: [...(description.also ?? []), `required value in header ${header.toLowerCase()}`] }
    },
    inspect(head: DeliveryHead): Claim | Refusal {
      const presented = credential.inspect(head)
      if (isRefusal(presented)) return presented
      if (credential.verify(presented, { ...head, body: new Uint8Array() }, keys) === undefined)
        return { ok: false, code: 'CREDENTIAL_MISMATCH' }
      return scheme.inspect(head)
    },
  }
  return Object.freeze(required)
}
