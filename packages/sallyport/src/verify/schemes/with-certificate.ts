import type { KeyObject } from 'node:crypto'
import type { Delivery, DeliveryHead } from '../delivery.ts'
import { readSecurityHeader } from '../header-list.ts'
import type { CertificateKeys } from '../keys/certificate-keys.ts'
import { isRefusal, refuse, type Refusal } from '../verdict.ts'
import type { Claim, Scheme, Verification } from './scheme.ts'

/** What `withCertificate` needs. */
export interface CertificateHeader {
  /** Header with the address of the certificate. */
  readonly header: string
  readonly keys: CertificateKeys
  /** An address as the sender writes it, for signers of tests. */
  readonly sample: string
}

interface CertificateClaim extends Claim {
  readonly address: string
  readonly inner: Claim
}

/**
 * A scheme for a public key, whose key is that of a certificate the delivery names. The address is checked before the body is read,
 * the certificate is fetched and kept. Its file name is the `keyId`.
 *
 * @param scheme what `publicKey` makes, or a group of such
 */
export function withCertificate(scheme: Scheme, { header, keys, sample }: CertificateHeader): Scheme {
  const headerName = header.toLowerCase()

  const whole: Scheme = {
    ...scheme,
    alternatives: undefined,
    isAsync: true,
    needsSecret: false,
    definition: () => ({ kind: 'with-certificate', scheme, header: headerName, sample }),
    prepareKey: () => undefined,

    describe() {
      const description = scheme.describe()
      return { ...description, also: [...(description.also ?? []), `certificate named in header ${headerName}`] }
    },

    inspect(head: DeliveryHead): CertificateClaim | Refusal {
      const inner = scheme.inspect(head)
      if (isRefusal(inner)) return inner
      const address = readSecurityHeader(head.headers, headerName, 'SIGNED_HEADER_MISSING')
      if (typeof address === 'object') return address
      if (!keys.allows(address))
        return refuse('SIGNATURE_MALFORMED', 'the certificate is not at an address of the sender')
      return { signedAt: inner.signedAt, address, inner }
    },

    async verify({ address, inner }: CertificateClaim, delivery: Delivery): Promise<Verification> {
      const key = await keys.find(address, delivery.receivedAt)
      if (isRefusal(key)) return key
      const found = await scheme.verify(inner, delivery, keysFor(scheme, key))
      if (found === undefined || isRefusal(found)) return found
      return { ...found, keyIndex: 0, keyId: nameOf(address) }
    },
  }
  return Object.freeze(whole)
}

// A group takes a key for each alternative.
function keysFor({ alternatives }: Scheme, key: KeyObject): readonly unknown[] {
  return alternatives === undefined ? [key] : [alternatives.map(() => key)]
}

/** The last part of an address, without what ends it. */
export function nameOf(address: string): string {
  return address.slice(address.lastIndexOf('/') + 1).replace(/\.pem$/, '')
}
