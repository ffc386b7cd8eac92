import type { KeyObject } from 'node:crypto'
import type { Delivery } from '../verify/delivery.ts'
import type { Scheme } from '../verify/schemes/scheme.ts'
import { toFinding, type DiagnosisFinding } from './causes.ts'
import { searchSignature } from './search-signature.ts'
import type { Search } from './search.ts'
import { keyVariants } from './secret-variants.ts'

/** Whether the delivery is signed by a rule other than the provider's. */
export function* findRule(
  schemes: readonly Scheme[],
  delivery: Delivery,
  secrets: readonly string[],
): Search<DiagnosisFinding[] | undefined> {
  for (const scheme of schemes) {
    if (scheme.kind !== 'hmac') continue
    const { header, algorithm, signed } = scheme.describe()
    const rule = { header, algorithm, coversTime: signed.length > 1 }
    const keys = secrets.flatMap((text) => toKeyBytes(scheme, text))
    const found = yield* searchSignature(delivery, keys, rule)
    if (found) return [toFinding(found.cause, 'proven', found.detail)]
    // A sender that signs the body alone may use the whole secret, prefix included: one rule, and one thing to change.
    const texts = secrets.map((text) => Buffer.from(text))
    const whole = yield* searchSignature(delivery, texts, rule)
    if (whole?.cause === 'SIGNATURE_OVER_BODY')
      return [toFinding(whole.cause, 'proven', `${whole.detail}, keyed with the whole secret`)]
    for (const { cause, detail, key } of secrets.flatMap((text) => [...keyVariants(text)])) {
      const other = yield* searchSignature(delivery, [key], rule)
      if (!other) continue
      const secret = toFinding(cause, 'proven', detail)
      // Found where and as documented: the key was all that differed.
      return other.cause === 'SIGNATURE_FORM' ? [secret] : [secret, toFinding(other.cause, 'proven', other.detail)]
    }
  }
  return undefined
}

function toKeyBytes(scheme: Scheme, text: string): Buffer[] {
  const key = scheme.prepareKey(text) as KeyObject | undefined
  return key === undefined ? [] : [key.export()]
}
