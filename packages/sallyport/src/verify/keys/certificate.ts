import { X509Certificate, type KeyObject } from 'node:crypto'

/** What a signing certificate must show. */
export interface CertificateRules {
  /** Names of which the certificate must have one, among its subject alternative names. */
  readonly names: readonly string[]
  /**
   * Certificates of authorities in PEM; the chain must end at one of them. Senders often publish only the last certificate, so
   * name the one that issued it, or that one's root with everything between. @default the chain is not checked
   */
  readonly trust?: readonly string[] | undefined
}

/** The key of a certificate, and when it counts: milliseconds since 1970. */
export interface SigningCertificate {
  readonly key: KeyObject
  readonly notBefore: number
  readonly notAfter: number
}

const leastBits = 2048
const longestChain = 5
const pemForm = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g

/**
 * Reads a certificate that signs webhooks, the first of a PEM file, and checks its name, key and, with `trust`, its chain: each
 * certificate is issued and signed by the next, an authority, up to one that is trusted. Node cannot check whether one was
 * revoked, nor the limits that an authority puts on names and lengths; dates are for the caller, by the delivery's clock.
 *
 * @throws Error saying what is wrong
 */
export function readCertificate(pem: string, { names, trust }: CertificateRules): SigningCertificate {
  const [leaf, ...others] = parseCertificates(pem)
  if (leaf === undefined) throw new Error('the file holds no certificate')
  if (!names.some((name) => leaf.checkHost(name, nameRules) !== undefined))
    throw new Error(`the certificate is not for ${names.join(' or ')}`)
  const { publicKey: key } = leaf
  if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < leastBits)
    throw new Error(`the certificate has no RSA key of at least ${leastBits} bits`)
  const chain = trust === undefined ? [leaf] : findChain(leaf, others, trust.flatMap(parseCertificates))
  return {
    key,
    notBefore: Math.max(...chain.map(({ validFrom }) => Date.parse(validFrom))),
    notAfter: Math.min(...chain.map(({ validTo }) => Date.parse(validTo))),
  }
}

// The common name counts for nothing (RFC 9525, section 6.3), nor does a wildcard.
const nameRules = { subject: 'never', wildcards: false } as const

/** Certificates of a PEM text. @throws Error for one that is none, or for too many */
export function parseCertificates(pem: string): X509Certificate[] {
  const blocks = pem.match(pemForm) ?? []
  if (blocks.length > longestChain) throw new Error(`the file holds more than ${longestChain} certificates`)
  return blocks.map((block) => {
    try {
      return new X509Certificate(block)
    } catch {
      throw new Error('the file holds a certificate that cannot be read')
    }
  })
}

function findChain(
  leaf: X509Certificate,
  others: readonly X509Certificate[],
  trusted: readonly X509Certificate[],
): X509Certificate[] {
  const chain = [leaf]
  const marks = new Set(trusted.map(({ fingerprint256 }) => fingerprint256))
  while (chain.length <= longestChain) {
    const last = chain.at(-1)!
    if (chain.length > 1 && marks.has(last.fingerprint256)) return chain
    const issuer = [...trusted, ...others].find((candidate) => isIssuer(candidate, last))
    if (issuer === undefined || chain.some((known) => known.fingerprint256 === issuer.fingerprint256)) break
    chain.push(issuer)
  }
  throw new Error('the certificate does not lead to a trusted authority')
}

function isIssuer(candidate: X509Certificate, last: X509Certificate): boolean {
  return candidate.ca && last.checkIssued(candidate) && last.verify(candidate.publicKey)
}
