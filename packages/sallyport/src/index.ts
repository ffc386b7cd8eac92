export { describeError, type ErrorCode, type ErrorEntry } from './errors/error-codes.ts'
export {
  InvalidPayloadError,
  RejectError,
  SallyportError,
  type SallyportErrorOptions,
} from './errors/sallyport-error.ts'
export type { BodyLimits, BodyReader, Delivery, DeliveryHead, IncomingDelivery } from './verify/delivery.ts'
export type { EventMap, Provider } from './verify/provider.ts'
export type { SecretEntry, SecretResolver, Secrets, SecretSource, TenantSecrets } from './verify/secrets.ts'
export type { AnyEvent, EventHandler, HandlerContext, WebhookEvent } from './verify/event.ts'
export { createReply, type Outcome, type Reply } from './receive/reply.ts'
export {
  createMemoryReplayGuard,
  type MemoryReplayGuardOptions,
  type ReplayClaim,
  type ReplayGuard,
  type ReplayTerms,
} from './receive/replay-guard.ts'
export type { ReceiverOptions, VerifierOptions } from './receive/options.ts'
export { createVerifier, type Verified, type Verifier } from './verify/verifier.ts'
export { createReceiver, type Receiver, type ReceiverDescription, type UnknownEvent } from './receive/receiver.ts'
export type { StoredEventCheck } from './receive/check-stored-event.ts'
export { deliveryChannel, refusalChannel, type Counts, type DeliveryReport } from './receive/report.ts'
export { redactedHeader } from './receive/inbox.ts'
export type { Attempt, InboxEvent, EventRunner, PermanentFailure } from './receive/inbox.ts'
