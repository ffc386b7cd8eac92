export { describeError, type ErrorCode, type ErrorEntry } from './errors/error-codes.ts'
export {
  InvalidPayloadError,
  RejectError,
  SallyportError,
  type SallyportErrorOptions,
} from './errors/sallyport-error.ts'
export type { BodyLimits, BodyReader, Delivery, DeliveryHead, IncomingDelivery } from './verify/delivery.ts'
export type { EventMap, EventsOf, Provider } from './verify/provider.ts'
// Named by the types of receivers that a program exports.
export type { SchemaOutput, StandardSchema } from './verify/standard-schema.ts'
export type { TypesOf } from './providers/event-table.ts'
export type { SecretEntry, SecretResolver, Secrets, SecretSource, TenantSecrets } from './verify/secrets.ts'
export type {
  AnyEvent,
  EventEnvelope,
  UndeclaredType,
  UnknownEvent,
  VerifiedEvent,
  WebhookEvent,
} from './verify/event.ts'
export type { EventHandler, HandlerContext } from './receive/handler-context.ts'
export { createReply, type Outcome, type Reply, type ReplyOptions } from './receive/reply.ts'
export { createMemoryReplayGuard, type MemoryReplayGuardOptions } from './receive/replay/memory-guard.ts'
export type { ReplayClaim, ReplayGuard, ReplayGuardUsage, ReplayTerms } from './receive/replay-terms.ts'
export type { Logger } from './logger/logger.ts'
export type { ReceiverOptions } from './receive/options.ts'
export type { VerifierOptions } from './verify/options.ts'
export {
  createVerifier,
  safeVerify,
  verify,
  type Verified,
  type Verifier,
  type VerifyFailure,
  type VerifyOptions,
  type VerifyRequest,
  type VerifyResult,
} from './verify/verify.ts'
export { createReceiver, type Receiver, type ReceiverDescription } from './receive/receiver.ts'
export {
  anyOf,
  type AnyOf,
  type AnyOfCounts,
  type AnyOfDescription,
  type AnyOfOptions,
  type SenderMap,
} from './receive/any-of.ts'
export type { StoredEventCheck } from './receive/stored-event.ts'
export { deliveryChannel, refusalChannel, type Counts, type DeliveryReport } from './receive/report.ts'
export { storeChannel, type EventName, type StoreMessage } from './receive/store-channel.ts'
export { attemptChannel, type AttemptMessage } from './receive/attempt-channel.ts'
export type { Around, TracedWork } from './receive/traced-work.ts'
export type { TraceContext } from './receive/trace-context.ts'
export type { Attempt, InboxEvent, EventRunner } from './receive/inbox.ts'
