import type { Deviation } from '@sallyport/contracts'
import { refusals } from '../../../packages/contracts/src/adapter/refusals.ts'
import { fetchDeviations } from '../adapters/fetch-deviations.ts'
import type { HostName } from './install-host.ts'

// What Bun does with requests in a row, trailers and bare line feeds, and some of what Deno does, was tried with servers that
// have no Sallyport in them, on 2026-11-29; the rest was seen with it.

function because(reason: string, ...tests: readonly string[]): Deviation[] {
  return tests.map((test) => ({ test, reason }))
}

function sometimes(reason: string, ...tests: readonly string[]): Deviation[] {
  return because(reason, ...tests).map((deviation) => ({ ...deviation, isRandom: true }))
}

const afterEarly = Object.entries(refusals)
  .filter(([, { early }]) => early)
  .map(([code]) => `answers the next delivery after an early ${code}`)

/** What needs a connection to outlive a body that was not read to its end. */
const afterUnread = [
  ...afterEarly,
  'rejects a chunked delivery before its first chunk',
  'lets the sender of a huge body read its answer',
]
const closesUnread = 'the host closes a connection whose body was not read to the end'
const closesInTime = `${closesUnread}, unless the rest has arrived`

/** Named by what the contract calls a request. */
const rejects = (...names: readonly string[]): string[] => names.map((name) => `rejects ${name}`)
const follows = (...names: readonly string[]): string[] => names.map((name) => `rejects ${name}, and what follows`)
const accepts = (...names: readonly string[]): string[] => names.map((name) => `accepts ${name}`)
const noForgery = (...names: readonly string[]): string[] => names.map((name) => `handles no forgery with ${name}`)

const bun: readonly Deviation[] = [
  ...because(
    'the host closes a connection where a request arrives before the former is answered, and answers neither',
    ...accepts(
      'a length with leading zeros',
      'white space around the length',
      'chunked in capitals',
      'chunk extensions',
      'a chunk size with leading zeros',
      'names of object members as headers',
      'a signature named hop-by-hop',
      'a query that does not decode',
    ),
    ...noForgery(
      'an absolute target',
      'an absolute target over HTTPS',
      'a target with dot segments',
      'a target with a backslash',
      'a target that does not decode',
    ),
    'answers pipelined deliveries in order, also rejected ones',
  ),
  ...because('the host answers trailers with 400 itself', 'accepts trailers'),
  ...sometimes(
    'the host answers trailers with 400 itself, perhaps after it has passed the body on',
    'does not read a signature from a trailer',
    ...follows('a last chunk without its end', 'a length in a trailer', 'trailers of 17 KB'),
  ),
  ...because(
    'the host answers with 505, which is no 4xx',
    ...rejects('lines that end in bare LF', 'a version of HTTP that does not exist', 'HTTP/0.9'),
  ),
  ...because('the host passes on any bytes in a target', ...rejects('bytes that are no text in the target')),
  ...because('the host takes at most 200 headers', ...accepts('500 headers')),
  ...because(
    'the host answers a length above its own limit itself, without a document',
    'rejects an announced length above the limit',
  ),
  ...because(
    'the host closes the connection without naming it in a header',
    'closes the connection when the sender asks for it',
    'reads the rest of a rejected body before it closes',
  ),
]

const deno: readonly Deviation[] = [
  ...because(closesUnread, ...afterUnread),
  ...sometimes(
    closesInTime,
    'answers BODY_TOO_LARGE, then the next delivery',
    'answers pipelined deliveries in order, also rejected ones',
    'reads the rest of a rejected body before it closes',
  ),
  ...because(
    'where the host says that it closes the connection of a body that was read in part, it waits for the sender to do so',
    'rejects a chunked body as soon as it exceeds the limit',
    'answers a huge body sent with Connection: close',
  ),
  ...because(
    'the host takes what has one meaning all the same',
    ...follows('one length twice', 'a chunk size before a space', 'a length in a trailer', 'trailers of 17 KB'),
    ...rejects('lines that end in bare LF', 'no host', 'a header of 20 KB'),
  ),
  ...because('the host takes fewer headers', ...accepts('500 headers')),
  ...because(
    'the host answers a request for a WebSocket that lacks its key with 400',
    'answers a delivery that asks for another protocol',
  ),
]

const workerd: readonly Deviation[] = [
  ...because(closesUnread, ...afterUnread),
  ...sometimes(
    closesInTime,
    'rejects a chunked body as soon as it exceeds the limit',
    'answers BODY_TOO_LARGE, then the next delivery',
    'answers pipelined deliveries in order, also rejected ones',
    'reads the rest of a rejected body before it closes',
    'answers a huge body sent with Connection: close',
  ),
  ...because(
    "the host takes it; at Cloudflare, its edge reads the sender's requests, and not this server",
    ...follows(
      'a length over chunks',
      'chunks over a length',
      'one length twice',
      'chunked twice',
      'a chunk size before a space',
      'a length in a trailer',
    ),
    ...rejects('lines that end in bare LF', 'a header of 20 KB', '5000 headers'),
  ),
  ...because('the host answers with 501, which is no 4xx', ...rejects('a method in lower case')),
  ...because(
    'the host stops the work of a request whose sender disconnects, until a handler has it: nothing is left to report',
    'survives an aborted upload (announced, reset)',
    'survives an aborted upload (chunked, reset)',
    'survives an upload aborted during the secret lookup',
    'survives a sender that disconnects before the rejection',
  ),
  ...because(
    "the sender's address is in a header that Cloudflare's edge sets",
    "passes the sender's address to handlers and reports",
  ),
]

/** What each host does otherwise than the adapter contract asks, and why. */
export const hostDeviations: Readonly<Record<HostName, readonly Deviation[]>> = {
  bun: [...fetchDeviations, ...bun],
  deno: [...fetchDeviations, ...deno],
  workerd: [...fetchDeviations.filter(({ test }) => test !== 'closes the connection after a stalled body'), ...workerd],
}
