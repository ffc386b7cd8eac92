import type { Deviation } from '@sallyport/contracts'

/** What a web-standard request cannot do. */
export const fetchDeviations: readonly Deviation[] = [
  ...[
    'verifies raw bytes kept by the host',
    'applies the limit to raw bytes kept by the host',
    'verifies content that the host decompressed',
    'names the host where it decompressed signed bytes',
  ].map((test) => ({
    test,
    reason: 'a host has no place to keep them on a Request',
  })),
  ...[', then the next delivery', ' before the body arrives'].map((test) => ({
    test: `answers HEADER_DUPLICATED${test}`,
    reason: 'Headers joins repeated values, and the result is malformed',
  })),
  {
    test: 'closes the connection after a stalled body',
    reason: 'the host owns the connection; HTTP/2 and 3 have no header for it',
  },
]

/** And what Hono's bridge to Node cannot. */
export const honoDeviations: readonly Deviation[] = [
  ...fetchDeviations,
  ...['lets the sender of a huge body read its answer', 'reads the rest of a rejected body before it closes'].map(
    (test) => ({
      test,
      reason: 'after its answer, the bridge closes a connection whose body was not read to the end',
    }),
  ),
]
