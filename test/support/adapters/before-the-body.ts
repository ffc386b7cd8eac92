import { refusals } from '../../../packages/contracts/src/adapter/refusals.ts'

const early = [
  ...Object.entries(refusals).flatMap(([code, refusal]) => ('early' in refusal ? [code] : [])),
  // Of an endpoint for several senders.
  'SENDER_UNKNOWN',
  'SENDER_AMBIGUOUS',
]

/** Tests that need a receiver which sees a request before its body has arrived. */
export const beforeTheBody = [
  ...early.flatMap((code) => [
    `answers ${code} before the body arrives`,
    `answers the next delivery after an early ${code}`,
  ]),
  'rejects an announced length above the limit',
  'rejects a chunked body as soon as it exceeds the limit',
  'answers 408 to a body that stalls (announced)',
  'answers 408 to a body that stalls (chunked)',
  'answers 408 to a body that never stops dripping',
  'survives an aborted upload (announced, reset)',
  'survives an aborted upload (announced, end)',
  'survives an aborted upload (chunked, reset)',
  'survives an aborted upload (chunked, end)',
  'survives an upload aborted during the secret lookup',
  'rejects a chunked delivery before its first chunk',
  'answers a sender that waits for 100 Continue',
  'reads the rest of a rejected body before it closes',
]
