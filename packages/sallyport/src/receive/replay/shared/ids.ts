import { createHash } from 'node:crypto'
import { oneShotHash as hash } from '../../../verify/one-shot-hash.ts'

/**
 * Makes a function that shortens keys to SHA-256 digests. The stores hold digests and not keys: those may be long, and name
 * customers. No salt and no secret: every process must get the same digest, and a secret that is rotated would forget every event.
 *
 * @param namespace keeps the events of one application apart from those of another
 */
export function createIds(namespace: string): (key: string) => Buffer {
  return (key) => {
    // In UTF-8 all lone surrogates are alike.
    const text = key.isWellFormed() ? `${namespace}=${key}` : `${namespace}!${JSON.stringify(key)}`
    return hash === undefined ? createHash('sha256').update(text).digest() : hash('sha256', text, 'buffer')
  }
}
