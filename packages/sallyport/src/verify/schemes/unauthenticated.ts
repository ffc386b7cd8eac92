import { noTimestamp } from '../freshness.ts'
import type { Scheme } from './scheme.ts'

/**
 * No authentication, for senders that do not sign and endpoints that nothing else can reach. A receiver takes it only with
 * `acceptUnauthenticated: true`, and `describe()` shows it.
 */
export function unauthenticated(): Scheme {
  const scheme: Scheme = {
    kind: 'none',
    needsBody: true,
    freshness: Object.freeze(noTimestamp('nothing is signed')),
    secretHeaders: Object.freeze([]),
    carriesProof: () => false,
    definition: () => ({ kind: 'none' }),
    describe: () => ({
      kind: 'none',
      header: '',
      algorithm: 'none: anybody can send',
      signed: [],
      freshness: 'not checked',
    }),
    signedHeader: () => undefined,
    prepareKey: () => undefined,
    inspect: () => ({}),
    verify: (claim) => ({ keyIndex: 0, scheme, claim }),
    // No signature covers the body; it still tells two deliveries apart.
    signedBytes: (_claim, delivery) => [delivery.body],
  }
  return Object.freeze(scheme)
}
