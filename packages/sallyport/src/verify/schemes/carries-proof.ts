import type { DeliveryHead } from '../delivery.ts'
import { readParameters } from '../url-parameters.ts'
import type { Scheme } from './scheme.ts'

/**
 * Whether a head has what a scheme checks, right or wrong: its signature header, its credential or its URL parameter.
 *
 * @example
 * carriesProof(stripe().scheme, head) // true with a Stripe-Signature header
 */
export function carriesProof(scheme: Scheme, head: DeliveryHead): boolean {
  return scheme.carriesProof?.(head) ?? scheme.secretHeaders.some((name) => isThere(name, head))
}

/**
 * Where a scheme's deliveries have their proof: lower-case names of headers, and `?name` for a URL parameter. None where a delivery
 * may have it in the body alone. What a condition adds is no proof, as a gateway may add it to the deliveries of every sender.
 */
export function proofNames({ alternatives, definition, secretHeaders }: Scheme): readonly string[] {
  if (alternatives) {
    const names = alternatives.map(proofNames)
    return names.some(({ length }) => length === 0) ? [] : names.flat()
  }
  const made = definition?.()
  const inner = made?.kind === 'with-required-header' ? proofNames(made.scheme) : []
  return inner.length > 0 ? inner : secretHeaders.map((name) => (name.startsWith('?') ? name : name.toLowerCase()))
}

/** Whether a head has a header, or `?name` in its URL, whatever the value. */
export function isThere(name: string, { headers, url }: DeliveryHead): boolean {
  return name.startsWith('?') ? readParameters(url, name.slice(1)).length > 0 : headers.has(name)
}
