import * as crypto from 'node:crypto'

/**
 * `crypto.hash`; `undefined` on hosts that lack it. A digest of a short text takes half the time of `createHash`, which makes an object
 * outside the heap for each.
 */
export const oneShotHash = (crypto as Partial<typeof crypto>).hash
