import { createHash, randomBytes } from 'node:crypto'
import { oneShotHash as hash } from '../../verify/one-shot-hash.ts'

/** Words of a fingerprint that count. */
export const fingerprintWords = 3

/**
 * Makes a function that shortens keys to fingerprints of 96 bits: 12 characters of one byte each. More characters do not count.
 *
 * The guard keeps fingerprints instead of keys, so it would take two keys with one fingerprint for one event, and drop the second.
 * That must not happen to honest senders: a key meets one of 2,000,000 others with a chance of 2^21 / 2^96, once in 10^22 events. A
 * hostile sender cannot make it happen: the hash begins with 128 random bits that stay in this process, so nobody can search.
 */
export function createFingerprints(): (key: string) => string {
  // By the first key: Workers start without random values.
  let salt: string | undefined
  return (key) => {
    salt ??= randomBytes(16).toString('hex')
    // In UTF-8 all lone surrogates are alike.
    return sha256(key.isWellFormed() ? `${salt}=${key}` : `${salt}!${JSON.stringify(key)}`)
  }
}

/** One of the words, with a sign. */
export function wordOf(fingerprint: string, index: number): number {
  const at = 4 * index
  return (
    fingerprint.charCodeAt(at) |
    (fingerprint.charCodeAt(at + 1) << 8) |
    (fingerprint.charCodeAt(at + 2) << 16) |
    (fingerprint.charCodeAt(at + 3) << 24)
  )
}

function sha256(text: string): string {
  return hash === undefined ? createHash('sha256').update(text).digest('binary') : hash('sha256', text, 'binary')
}
