import { refuse, type Refusal } from '../verdict.ts'
import type { KeyObject } from 'node:crypto'
import { readCertificate, type CertificateRules } from './certificate.ts'
import { fetchGlobally, fetchText, type FetchKey } from './fetch-text.ts'
import { createAddressCheck, type KeyAddressRules } from './key-address.ts'
import { createKeyCache, type KeyCacheOptions } from './key-cache.ts'

/** How keys are fetched. */
export interface KeyFetchOptions extends KeyCacheOptions {
  /** Fetches one file; for tests and proxies. @default the global fetch */
  readonly fetch?: FetchKey | undefined
}

/** Options of `createCertificateKeys`. */
export interface CertificateKeysOptions extends KeyAddressRules, CertificateRules, KeyFetchOptions {}

/** Keys of the certificates that deliveries name. */
export interface CertificateKeys {
  /**
   * The key of the certificate at an address.
   *
   * @param at the delivery's time of arrival, at which the certificate must be valid; milliseconds since 1970
   * @returns `KEY_UNAVAILABLE` where it cannot be had or used, `SIGNATURE_MALFORMED` for an address that is not the sender's
   */
  find(address: string, at: number): Promise<KeyObject | Refusal>
  /** Whether an address is one of the sender. */
  allows(address: string): boolean
}

// A chain of five has about ten thousand.
const mostBytes = 64 * 1024

/**
 * Fetches the certificates that deliveries name, from the listed hosts only, and keeps their keys.
 *
 * @throws SallyportError `PROVIDER_INVALID` for hosts that are not whole names
 * @example
 * const keys = createCertificateKeys({ hosts: ['api.acme.example'], path: /^\/certs\/[\w-]+$/, names: ['signing.acme.example'] })
 * const key = await keys.find(address, delivery.receivedAt)
 */
export function createCertificateKeys(options: CertificateKeysOptions): CertificateKeys {
  const { fetch = fetchGlobally } = options
  const check = createAddressCheck(options)
  const cache = createKeyCache(
    async (address, signal) =>
      readCertificate(await fetchText(new URL(address), { fetch, maxBytes: mostBytes, signal }), options),
    options,
  )

  return {
    allows: (address) => check(address) !== undefined,
    async find(address, at) {
      const url = check(address)
      if (url === undefined) return refuse('SIGNATURE_MALFORMED', 'the certificate is not at an address of the sender')
      const found = await cache.get(url.href)
      if ('code' in found) return found
      const isCurrent = found.notBefore <= at && at <= found.notAfter
      return isCurrent
        ? found.key
        : refuse('KEY_UNAVAILABLE', 'the certificate was not valid when the delivery arrived')
    },
  }
}
