import { gzipSync } from 'node:zlib'
import {
  createMemoryReplayGuard,
  createReceiver,
  type ErrorCode,
  type EventMap,
  type ReplayGuard,
  type SecretResolver,
} from 'sallyport'
import { github } from 'sallyport/providers/github'
import type { SignedDelivery } from 'sallyport/testing'
import {
  invoratecDelivery,
  secret,
  sharedSecretDelivery,
  sonzaiDelivery,
  standardDelivery,
  tokenDelivery,
  type DeliveryOptions,
} from './deliveries.ts'
import type { EndpointSettings } from './endpoint.ts'
import { providers } from './providers.ts'

/** One way to be rejected. */
export interface Refusal {
  readonly settings?: (() => EndpointSettings) | undefined
  /** The headers suffice: answered before the body arrives. */
  readonly early?: true | undefined
  /** The rejected delivery. */
  readonly refused: () => SignedDelivery
  /** A delivery that the same endpoint accepts. @default a Sonzai delivery */
  readonly accepted?: (() => SignedDelivery) | undefined
}

/** Codes with their own tests: they need several requests, another URL or a broken connection. */
type Elsewhere =
  | 'SENDER_UNKNOWN'
  | 'SENDER_AMBIGUOUS'
  | 'BODY_ABORTED'
  | 'BODY_TIMEOUT'
  | 'BODY_ALREADY_PARSED'
  | 'BODY_ALREADY_DECODED'
  | 'REQUEST_UNREADABLE'
  | 'SIGNED_URL_INVALID'
  | 'SIGNED_MEMBER_INVALID'
  | 'PARAMETER_DUPLICATED'
  | 'DELIVERY_IN_PROGRESS'
  | 'REPLAY_GUARD_FULL'
  | 'INBOX_FAILED'
/** Codes of an invalid configuration. */
type AtStartUp = 'SECRET_MISSING' | 'SECRET_INVALID' | 'OPTION_INVALID' | 'PROVIDER_INVALID'

const hour = 3_600_000
const digest = 'ab'.repeat(32)

function withSignature(value: string | undefined): () => SignedDelivery {
  return () => sonzaiDelivery({ headers: { 'sonzai-signature': value } })
}

function signed(options: DeliveryOptions): () => SignedDelivery {
  return () => sonzaiDelivery(options)
}

// Two spellings of one name are two lines on the wire.
function doubled(delivery: SignedDelivery): SignedDelivery {
  const { 'Sonzai-Signature': signature, ...others } = delivery.plainHeaders
  return { ...delivery, plainHeaders: { ...others, 'Sonzai-Signature': signature!, 'sonzai-signature': signature! } }
}

const shared = {
  settings: () => ({ provider: providers.sharedSecret }),
  accepted: () => sharedSecretDelivery(),
}
const standard = {
  settings: () => ({ provider: providers.standard }),
  accepted: () => standardDelivery(),
}

const lookUp: SecretResolver = ({ headers }) => {
  if (headers.has('x-outage')) throw new Error(`no connection, last secret ${secret}`)
  return headers.has('x-stranger') ? undefined : secret
}

function guardThatFailsOnce(): ReplayGuard {
  const guard = createMemoryReplayGuard()
  let hasFailed = false
  return {
    ...guard,
    claim(key, times) {
      if (hasFailed) return guard.claim(key, times)
      hasFailed = true
      throw new Error(`no connection, key ${key}`)
    },
  }
}

const besideGithub = (): EndpointSettings => ({ beside: { github: createReceiver<EventMap>(github(), { secret }) } })

/** The codes of an endpoint for several senders. */
export const senderRefusals = {
  SENDER_UNKNOWN: { early: true, settings: besideGithub, refused: withSignature(undefined) },
  SENDER_AMBIGUOUS: {
    early: true,
    settings: besideGithub,
    refused: signed({ headers: { 'x-hub-signature-256': `sha256=${digest}` } }),
  },
} as const satisfies Partial<Record<ErrorCode, Refusal>>

/** One delivery for each code a sender can get. */
export const refusals: { readonly [Code in Exclude<ErrorCode, Elsewhere | AtStartUp>]: Refusal } = {
  METHOD_NOT_ALLOWED: { early: true, refused: signed({ method: 'PUT' }) },
  CONTENT_TYPE_UNSUPPORTED: { early: true, refused: signed({ headers: { 'content-type': 'text/plain' } }) },
  MULTIPART_UNSUPPORTED: {
    early: true,
    refused: signed({ headers: { 'content-type': 'multipart/form-data; boundary=x' } }),
  },
  CONTENT_ENCODING_UNSUPPORTED: { early: true, refused: signed({ headers: { 'content-encoding': 'gzip' } }) },
  CONTENT_ENCODING_INVALID: {
    settings: () => ({ provider: providers.gzipWire }),
    refused: signed({ headers: { 'content-encoding': 'gzip' }, body: gzipSync('{"event_type":').subarray(0, -6) }),
  },
  BODY_TOO_LARGE: {
    early: true,
    settings: () => ({ options: { maxBodyBytes: 500 } }),
    refused: signed({ content: { filler: 'x'.repeat(500) } }),
  },
  SIGNATURE_MISSING: { early: true, refused: withSignature(undefined) },
  SIGNATURE_MALFORMED: { early: true, refused: withSignature('not a signature') },
  SIGNATURE_MISMATCH: { refused: signed({ secret: 'whsec_of-somebody-else' }) },
  SIGNED_HEADER_MISSING: {
    ...standard,
    early: true,
    refused: () => standardDelivery({ headers: { 'webhook-id': undefined } }),
  },
  SIGNED_HEADER_INVALID: { ...standard, early: true, refused: () => standardDelivery({ id: 'has.separator' }) },
  HTTPS_REQUIRED: {
    early: true,
    settings: () => ({ provider: providers.overHttps }),
    refused: signed({ headers: { 'x-forwarded-proto': 'http' } }),
    accepted: signed({ headers: { 'x-forwarded-proto': 'https' } }),
  },
  CREDENTIAL_MISSING: {
    ...shared,
    early: true,
    refused: () => sharedSecretDelivery({ headers: { authorization: undefined } }),
  },
  CREDENTIAL_MISMATCH: {
    ...shared,
    early: true,
    refused: () => sharedSecretDelivery({ headers: { authorization: 'Bearer wrong' } }),
  },
  HEADER_DUPLICATED: { early: true, refused: () => doubled(sonzaiDelivery()) },
  HEADER_INVALID: { early: true, refused: withSignature(`t=1,v1=${digest},${'x'.repeat(5000)}=`) },
  HEADER_DISAGREES: {
    settings: () => ({ provider: providers.invoratec }),
    refused: () => invoratecDelivery({ headers: { 'x-webhook-event': 'app.installed' } }),
    accepted: () => invoratecDelivery(),
  },
  TIMESTAMP_MISSING: { early: true, refused: withSignature(`v1=${digest}`) },
  TIMESTAMP_MALFORMED: { early: true, refused: withSignature(`t=1e9,v1=${digest}`) },
  TIMESTAMP_STALE: { early: true, refused: () => sonzaiDelivery({ now: Date.now() - hour }) },
  TIMESTAMP_FUTURE: { early: true, refused: () => sonzaiDelivery({ now: Date.now() + hour }) },
  HANDSHAKE_INVALID: {
    settings: () => ({ provider: providers.withHandshake }),
    refused: signed({ content: { challenge: '<script>' } }),
  },
  SECRET_UNKNOWN: {
    settings: () => ({ options: { secret: lookUp } }),
    refused: signed({ headers: { 'x-stranger': 'yes' } }),
  },

  TOKEN_CLAIM_MISMATCH: {
    early: true,
    settings: () => ({ provider: providers.token }),
    refused: () => tokenDelivery('another'),
    accepted: () => tokenDelivery('hooks'),
  },

  BODY_NOT_UTF8: { refused: signed({ body: Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x80, 0x7d]) }) },
  BODY_NOT_JSON: { refused: signed({ body: '{"event_type": agent.message}' }) },
  BODY_NOT_FORM: { settings: () => ({ provider: providers.withForms }), refused: signed({ body: 'event_type=%zz' }) },
  BODY_NOT_OBJECT: { refused: signed({ body: '"agent.message"' }) },
  EVENT_UNIDENTIFIED: { refused: signed({ content: { event_type: undefined } }) },
  EVENT_UNKNOWN: {
    settings: () => ({ options: { unknownEvents: 'reject' } }),
    refused: signed({ content: { event_type: '__proto__' } }),
  },
  PAYLOAD_INVALID: { refused: signed({ content: { agent_id: 5 } }) },
  DELIVERY_REJECTED: { refused: signed({ content: { fault: 'reject' } }) },

  HANDLER_FAILED: { refused: signed({ content: { fault: 'throw' } }) },
  HANDLER_TIMEOUT: {
    // Long enough for the next delivery, whose handler may be in another process.
    settings: () => ({ options: { handlerTimeoutMs: 200 } }),
    refused: signed({ content: { fault: 'hang' } }),
  },
  REPLAY_GUARD_FAILED: {
    settings: () => ({ options: { replayGuard: guardThatFailsOnce() } }),
    refused: () => sonzaiDelivery(),
  },
  SECRET_RESOLVER_FAILED: {
    settings: () => ({ options: { secret: lookUp } }),
    refused: signed({ headers: { 'x-outage': 'yes' } }),
  },
  KEY_UNAVAILABLE: {
    settings: () => ({ provider: providers.withFetchedKey }),
    refused: signed({ headers: { 'x-outage': 'yes' } }),
  },
  INTERNAL: {
    settings: () => ({ provider: providers.withFault }),
    refused: signed({ content: { fault: 'identify' } }),
  },
}
