export { describeError, type ErrorCode, type ErrorEntry } from './error-codes.ts'
export { QuarantinedEvent, RejectDelivery, SallyportError } from './errors.ts'
export { refuse, isRefusal, type Refusal, type Verdict } from './verdict.ts'
export { HeaderList, toHeaderList, type HeadersInput } from './header-list.ts'
export type { BodyLimits, BodyReader, Delivery, DeliveryHead, IncomingDelivery } from './delivery.ts'
export { decodeBody, type JsonObject } from './decode.ts'
export { parseTimestamp, type TimestampUnit } from './timestamp.ts'
export { fromBody, fromHeader, fromSignature, unproven, type Freshness } from './freshness.ts'
export { body, header, literal, method, timestamp, url, type MessagePart } from './schemes/message.ts'
export type { Claim, Match, Scheme, SchemeDescription } from './schemes/scheme.ts'
export type { SignedOptions } from './schemes/signed-claim.ts'
export type { KeyFormat } from './schemes/key-format.ts'
export { hmac, type HmacOptions } from './schemes/hmac.ts'
export { ed25519, type Ed25519Options } from './schemes/ed25519.ts'
export { sharedSecret, type SharedSecretOptions } from './schemes/shared-secret.ts'
export { oneOf } from './schemes/one-of.ts'
export { withRequiredHeader } from './schemes/with-required-header.ts'
export { withHttps, type HttpsOptions } from './schemes/with-https.ts'
export { unauthenticated } from './schemes/unauthenticated.ts'
export {
  defineProvider,
  withEvents,
  type ContentEncoding,
  type EventMap,
  type EventSchemas,
  type EventsOf,
  type Identity,
  type Provider,
  type SignedView,
} from './provider.ts'
export type { SchemaOutput, StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts'
export type { SecretEntry, SecretResolver, Secrets, SecretSource, TenantSecrets } from './secrets.ts'
export type { AnyEvent, EventHandler, HandlerContext, WebhookEvent } from './event.ts'
export { createReply, type Outcome, type Reply } from './reply.ts'
export {
  createMemoryReplayGuard,
  type MemoryReplayGuardOptions,
  type ReplayClaim,
  type ReplayGuard,
  type ReplayTerms,
} from './replay-guard.ts'
export type { ReceiverOptions, VerifierOptions } from './options.ts'
export { createVerifier, type Verified, type Verifier } from './verifier.ts'
export { createReceiver, type Receiver, type ReceiverDescription, type UnknownEvent } from './receiver.ts'
export type { KeptEventCheck } from './check-kept-event.ts'
export { deliveryChannel, refusalChannel, type Counts, type DeliveryReport } from './report.ts'
export { redactedHeader } from './inbox.ts'
export type { Attempt, Inbox, KeptEvent, KeptEventRunner, PermanentFailure } from './inbox.ts'
