/**
 * The one table of error codes. `status` is chosen for the sender: 4xx says "sending the same bytes again
 * will not help", 408 and 5xx say "try again". `title` and `action` are the only texts an HTTP answer shows.
 */
export const errorCodes = {
  // The request, before anything is read.
  METHOD_NOT_ALLOWED: [405, 'Method not allowed', 'Send deliveries with POST.'],
  CONTENT_TYPE_UNSUPPORTED: [415, 'Content type not supported', 'Send JSON in UTF-8 as application/json.'],
  CONTENT_ENCODING_UNSUPPORTED: [415, 'Content encoding not supported', 'Send the body without Content-Encoding.'],
  CONTENT_ENCODING_INVALID: [
    400,
    'Compressed body is damaged',
    'The body does not decode as its Content-Encoding says.',
  ],
  BODY_TOO_LARGE: [413, 'Body too large', 'Send a smaller body, or raise maxBodyBytes on the receiver.'],
  BODY_ABORTED: [408, 'Body incomplete', 'The upload ended before the announced length; send the delivery again.'],
  BODY_TIMEOUT: [408, 'Body too slow', 'The body did not arrive in time; send the delivery again.'],
  BODY_ALREADY_PARSED: [
    500,
    'Body was parsed before it could be verified',
    'A body parser ran first, so the signed bytes are gone. Mount the webhook route before any body parser.',
  ],

  // Authentication.
  SIGNATURE_MISSING: [401, 'Signature missing', 'Send the signature header; is the endpoint registered with a secret?'],
  SIGNATURE_MALFORMED: [400, 'Signature malformed', 'The signature header does not have the documented form.'],
  SIGNATURE_MISMATCH: [
    401,
    'Signature does not match',
    'Check the secret and that nothing alters the body on its way.',
  ],
  SIGNED_HEADER_MISSING: [400, 'Signed header missing', 'A header that the signature covers is not there.'],
  SIGNED_HEADER_INVALID: [400, 'Signed header invalid', 'A header that the signature covers holds its own separator.'],
  HTTPS_REQUIRED: [403, 'HTTPS required', 'Send deliveries over HTTPS.'],
  CREDENTIAL_MISSING: [401, 'Credential missing', 'Send the shared secret in the agreed header.'],
  CREDENTIAL_MISMATCH: [401, 'Credential does not match', 'Check the shared secret configured at the sender.'],
  HEADER_DUPLICATED: [400, 'Header sent twice', 'A security header must be sent exactly once.'],
  HEADER_INVALID: [
    400,
    'Header invalid',
    'A security header is over-long or holds characters other than printable ASCII.',
  ],
  HEADER_DISAGREES: [
    400,
    'Header contradicts the signed body',
    'An unsigned header says something else than the signed body.',
  ],
  TIMESTAMP_MISSING: [400, 'Timestamp missing', 'The delivery does not say when it was signed.'],
  TIMESTAMP_MALFORMED: [400, 'Timestamp malformed', 'The timestamp does not have the documented form.'],
  TIMESTAMP_STALE: [401, 'Timestamp too old', 'Signed too long ago; check the clocks, or send the event newly signed.'],
  TIMESTAMP_FUTURE: [401, 'Timestamp in the future', 'Signed later than now; check the clocks of sender and receiver.'],
  SECRET_UNKNOWN: [401, 'No secret for this delivery', 'No active secret is known for this sender.'],

  // The verified payload.
  BODY_NOT_UTF8: [400, 'Body is not UTF-8', 'JSON must be sent as valid UTF-8 (RFC 8259, section 8.1).'],
  BODY_NOT_JSON: [400, 'Body is not JSON', 'The body does not parse as JSON.'],
  BODY_NOT_OBJECT: [422, 'Body is not a JSON object', 'Send one JSON object per delivery.'],
  EVENT_UNIDENTIFIED: [422, 'Event type missing', 'The signed body does not say which event it is.'],
  EVENT_UNKNOWN: [422, 'Event type unknown', 'This receiver accepts only the event types it knows.'],
  PAYLOAD_INVALID: [422, 'Payload does not match its schema', 'The data is not what this event type documents.'],
  DELIVERY_REJECTED: [422, 'Delivery rejected', 'The receiving application will not accept this event.'],

  // The receiving side; worth another try.
  HANDLER_FAILED: [500, 'Handler failed', 'The event was verified but could not be handled; send it again.'],
  HANDLER_TIMEOUT: [503, 'Handler still busy', 'The event is still being handled; send it again later.'],
  DELIVERY_IN_PROGRESS: [
    503,
    'Delivery in progress',
    'The same event is being handled right now; send it again later.',
  ],
  REPLAY_GUARD_FAILED: [
    503,
    'Replay guard not available',
    'The event could not be checked for replay; send it again later.',
  ],
  REPLAY_GUARD_FULL: [503, 'Replay guard full', 'Too many events inside the replay window; send it again later.'],
  INBOX_FAILED: [503, 'Event could not be kept', 'The inbox did not take the event in time; send it again later.'],
  SECRET_RESOLVER_FAILED: [503, 'Secrets not available', 'The secrets could not be looked up; send it again later.'],
  INTERNAL: [500, 'Internal error', 'The receiver failed; send it again later.'],

  // Thrown at start-up; never an answer to a well-configured endpoint.
  SECRET_MISSING: [500, 'Secret missing', 'Give the receiver the secret the sender signs with.'],
  SECRET_INVALID: [500, 'Secret invalid', 'The secret is empty or does not have the form this sender uses.'],
  OPTION_INVALID: [500, 'Option invalid', 'Correct the receiver options.'],
  PROVIDER_INVALID: [500, 'Provider invalid', 'Correct the provider definition.'],
} as const satisfies Record<string, readonly [status: number, title: string, action: string]>

/** A stable code out of the error table; see `docs/errors.md`. */
export type ErrorCode = keyof typeof errorCodes

/** The HTTP status, title and remedy of a code. */
export interface ErrorEntry {
  readonly status: number
  readonly title: string
  readonly action: string
}

/** Looks a code up in the error table. */
export function describeError(code: ErrorCode): ErrorEntry {
  const [status, title, action] = errorCodes[code]
  return { status, title, action }
}
