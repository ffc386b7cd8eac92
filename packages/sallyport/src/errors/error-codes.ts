/**
 * The one table of error codes. The sender reads `status`, `title` and `fix` in the HTTP answer: 4xx says "do not send the
 * same bytes again", 408 and 5xx say "try again".
 */
export const errorCodes = {
  // The request, before its body is read.
  METHOD_NOT_ALLOWED: [405, 'Method not allowed', 'Send deliveries with POST.'],
  CONTENT_TYPE_UNSUPPORTED: [415, 'Content type not supported', 'Send JSON in UTF-8 as application/json.'],
  MULTIPART_UNSUPPORTED: [
    415,
    'Multipart forms not supported',
    'Set the sender to application/json, or to application/x-www-form-urlencoded if it sends forms only.',
  ],
  CONTENT_ENCODING_UNSUPPORTED: [415, 'Content encoding not supported', 'Send the body without Content-Encoding.'],
  CONTENT_ENCODING_INVALID: [400, 'Compressed body is damaged', 'Compress the body as its Content-Encoding says.'],
  BODY_TOO_LARGE: [413, 'Body too large', 'Send a smaller body; this one exceeds the limit of the endpoint.'],
  BODY_ABORTED: [408, 'Body incomplete', 'The upload ended too early; send the delivery again.'],
  BODY_TIMEOUT: [408, 'Body too slow', 'The body did not arrive in time; send the delivery again.'],
  BODY_ALREADY_PARSED: [
    500,
    'Body was parsed before it could be verified',
    'Mount the webhook route before any body parser; a parser destroys the signed bytes.',
  ],

  BODY_ALREADY_DECODED: [
    500,
    'Body was decompressed before it could be verified',
    'Mount the webhook route before any body parser; the signature covers the compressed bytes.',
  ],
  REQUEST_UNREADABLE: [
    500,
    'Request not readable',
    'Pass the request as the host got it: method, URL, headers, and the body as bytes or as a stream.',
  ],

  // Authentication.
  SENDER_UNKNOWN: [
    401,
    'Sender not recognised',
    'Send the signature header of a sender that this endpoint knows; check that the webhook has a secret.',
  ],
  SENDER_AMBIGUOUS: [
    400,
    'Signed as more than one sender',
    'Send the signature headers of one sender; remove those of any other.',
  ],
  SIGNATURE_MISSING: [401, 'Signature missing', 'Send the signature header; check that the webhook has a secret.'],
  SIGNATURE_MALFORMED: [400, 'Signature malformed', 'Send the signature header in its documented format.'],
  SIGNATURE_MISMATCH: [
    401,
    'Signature does not match',
    'Check the secret, and that nothing changes the body in transit.',
  ],
  SIGNED_HEADER_MISSING: [400, 'Signed header missing', 'Send every header that the signature covers.'],
  SIGNED_HEADER_INVALID: [
    400,
    'Signed header invalid',
    'Send signed headers in their documented form, without the separator.',
  ],
  SIGNED_MEMBER_INVALID: [
    400,
    'Signed member invalid',
    'Send signed members of the body in their documented form, without the separator.',
  ],
  SIGNED_URL_INVALID: [
    400,
    'Signed URL invalid',
    'Call the registered URL; percent-encode spaces, brackets and braces.',
  ],
  HTTPS_REQUIRED: [403, 'HTTPS required', 'Send deliveries over HTTPS.'],
  CREDENTIAL_MISSING: [401, 'Credential missing', 'Send the shared secret where the receiver expects it.'],
  CREDENTIAL_MISMATCH: [401, 'Credential does not match', 'Check the shared secret configured at the sender.'],
  PARAMETER_DUPLICATED: [400, 'URL parameter sent twice', 'Call the URL with each security parameter exactly once.'],
  HEADER_DUPLICATED: [400, 'Header sent twice', 'Send each security header exactly once.'],
  HEADER_INVALID: [400, 'Header invalid', 'Send security headers as printable ASCII of at most 4,096 characters.'],
  HEADER_DISAGREES: [
    400,
    'Header contradicts the signed body',
    'Send the same value in the unsigned header and in the signed body.',
  ],
  TIMESTAMP_MISSING: [400, 'Timestamp missing', 'Send the time of signing.'],
  TIMESTAMP_MALFORMED: [400, 'Timestamp malformed', 'Send the timestamp in its documented format.'],
  TIMESTAMP_STALE: [401, 'Timestamp too old', 'Check the clocks, or sign the event again with a new timestamp.'],
  TIMESTAMP_FUTURE: [401, 'Timestamp in the future', 'Check the clocks of sender and receiver.'],
  TOKEN_CLAIM_MISMATCH: [
    401,
    'Token not meant for this receiver',
    'Check issuer, audience and the other claims that this endpoint expects.',
  ],
  SECRET_UNKNOWN: [401, 'No secret for this delivery', 'Check that the receiver has an active secret for this sender.'],

  HANDSHAKE_INVALID: [
    400,
    'Handshake invalid',
    'Check the endpoint with the documented request: each parameter once, and a plain challenge of at most 1,024 characters.',
  ],

  // The verified payload.
  BODY_NOT_UTF8: [400, 'Body is not UTF-8', 'Encode the body as valid UTF-8 (RFC 8259, section 8.1).'],
  BODY_NOT_JSON: [400, 'Body is not JSON', 'Send valid JSON.'],
  BODY_NOT_FORM: [
    400,
    'Body is not a form',
    'Send at most 1,000 fields, percent-encoded in valid UTF-8; or a JSON object.',
  ],
  BODY_NOT_OBJECT: [422, 'Body is not a JSON object', 'Send one JSON object per delivery.'],
  EVENT_UNIDENTIFIED: [
    422,
    'Event type missing',
    'Name the event type in the signed body, or in the header that this sender uses.',
  ],
  EVENT_UNKNOWN: [422, 'Event type unknown', 'Send only event types this receiver knows.'],
  PAYLOAD_INVALID: [422, 'Payload does not match its schema', 'Send the data documented for this event type.'],
  DELIVERY_REJECTED: [422, 'Delivery rejected', 'Do not retry; the application rejected this event.'],

  // The receiver failed: the sender should retry.
  HANDLER_FAILED: [500, 'Handler failed', 'The event was verified but not handled; send it again.'],
  HANDLER_TIMEOUT: [503, 'Handler still busy', 'The event is still being handled; send it again later.'],
  DELIVERY_IN_PROGRESS: [503, 'Delivery in progress', 'The same event is being handled now; send it again later.'],
  REPLAY_GUARD_FAILED: [
    503,
    'Replay guard not available',
    'The event could not be checked for duplicates; send it again later.',
  ],
  REPLAY_GUARD_FULL: [503, 'Replay guard full', 'Too many events inside the replay window; send it again later.'],
  INBOX_FAILED: [503, 'Event not stored', 'The inbox did not store the event in time; send it again later.'],
  SECRET_RESOLVER_FAILED: [503, 'Secrets not available', 'Looking up the secrets failed; send it again later.'],
  KEY_UNAVAILABLE: [
    503,
    'Key not available',
    'The key that verifies this delivery is missing here; send it again later.',
  ],
  INTERNAL: [500, 'Internal error', 'The receiver failed; send it again later.'],

  // Thrown at start-up; never the answer of a well-configured endpoint.
  SECRET_MISSING: [500, 'Secret missing', 'Pass the secret the sender signs with.'],
  SECRET_INVALID: [500, 'Secret invalid', 'Pass a secret in the format this sender uses; it must not be empty.'],
  OPTION_INVALID: [500, 'Option invalid', 'Correct the option.'],
  PROVIDER_INVALID: [500, 'Provider invalid', 'Correct the provider definition.'],
} as const satisfies Record<string, readonly [status: number, title: string, fix: string]>

/** A stable code from the error table; see `docs/errors.md`. */
export type ErrorCode = keyof typeof errorCodes

/** What the error table says about a code: the HTTP status, what happened and what to do. */
export interface ErrorEntry {
  readonly status: number
  readonly title: string
  readonly fix: string
}

/** Looks a code up in the error table. */
export function describeError(code: ErrorCode): ErrorEntry {
  const [status, title, fix] = errorCodes[code]
  return { status, title, fix }
}
