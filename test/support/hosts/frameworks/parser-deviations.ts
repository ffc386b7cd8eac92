import type { Deviation } from '@sallyport/contracts'
import { beforeTheBody } from '../../adapters/before-the-body.ts'

const because = (reason: string, ...tests: readonly string[]): Deviation[] => tests.map((test) => ({ test, reason }))

/** A host whose body-parser reads JSON before the receiver runs, and keeps the decompressed bytes. */
const parserFirst: readonly Deviation[] = [
  ...because(
    'the parser answers 400 itself to a body of type JSON that is none, before any signature is verified',
    'verifies the signature before it rejects non-UTF-8 bytes',
    'rejects a body with one bit flipped',
    'reads a form where the provider takes one, whatever its content type',
    'answers BODY_NOT_UTF8, then the next delivery',
    'answers BODY_NOT_JSON, then the next delivery',
    'answers BODY_NOT_FORM, then the next delivery',
    'answers BODY_NOT_OBJECT, then the next delivery',
    'does not parse the body of a rejected request as a request',
  ),
  ...because(
    'the parser answers 415 itself',
    'rejects content type "application/json; charset=utf-16"',
    'reads x-gzip as gzip',
  ),
  ...because(
    'the parser decompresses first, and answers itself what it cannot decompress',
    'answers CONTENT_ENCODING_UNSUPPORTED, then the next delivery',
    'answers CONTENT_ENCODING_INVALID, then the next delivery',
    'rejects a body that decompresses past the limit (wire)',
    'rejects a body that decompresses past the limit (decoded)',
  ),
  ...because(
    'the parser decompresses first: signed compressed bytes are lost, and the answer is BODY_ALREADY_DECODED',
    'accepts a compressed body signed over its wire bytes',
    'rejects a signature not made over the wire bytes',
  ),
  ...because(
    'handlers get the bytes that the parser decompressed',
    'accepts a compressed body signed over its decoded bytes',
  ),
]

const readsFirst = 'the host reads the whole body before it calls the receiver'

/** What the Functions Framework of Google Cloud does otherwise than the adapter contract asks. */
export const googleCloudDeviations: readonly Deviation[] = [
  ...because(readsFirst, ...beforeTheBody, 'closes the connection after a stalled body'),
  ...parserFirst,
  ...because(
    'the framework always keeps the bytes',
    'rejects a body that the host has already parsed',
    'does not accept text as raw bytes',
  ),
]

// Nest parses JSON and forms only.
const unread = /(?:CONTENT_TYPE|MULTIPART)_UNSUPPORTED/

/** What Nest does with a receiver in a controller, which runs after its parser. */
export const nestControllerDeviations: readonly Deviation[] = [
  ...because(
    readsFirst,
    ...beforeTheBody.filter((test) => !unread.test(test)),
    'closes the connection after a stalled body',
  ),
  ...parserFirst,
  ...because(
    "Nest's parser takes 100 KB, and answers 413 itself",
    'accepts ten megabytes intact with a raised limit',
    'lets the sender of a huge body read its answer',
    'answers a huge body sent with Connection: close',
  ),
]
