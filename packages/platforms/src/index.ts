export { createSonzaiClient, type SonzaiClient } from './sonzai/client.ts'
export type {
  AttemptsOptions,
  AttemptsPage,
  SecretResult,
  SonzaiWebhookOptions,
  SonzaiWebhooks,
} from './sonzai/webhooks.ts'
export type { NotificationsOptions, SonzaiNotifications } from './sonzai/notifications.ts'
export type {
  ProjectNotificationsFilter,
  ProjectNotificationsOptions,
  SonzaiProjectNotification,
  SonzaiProjectNotifications,
} from './sonzai/project-notifications.ts'
export type { ReadList, UnreadableItem } from './http/list-answer.ts'
export type { SonzaiAgents, WakeupsOptions } from './sonzai/agents.ts'
export type { WakeupOptions } from './sonzai/wakeup-body.ts'
export type { SonzaiDeliveryAttempt, SonzaiNotification, SonzaiWakeup, SonzaiWebhook } from './sonzai/schemas.ts'
export {
  createInvoratecClient,
  type InvoratecApiKeyOptions,
  type InvoratecApiKeys,
  type InvoratecClient,
  type InvoratecClientOptions,
  type InvoratecEvents,
  type InvoratecWebhookOptions,
  type InvoratecWebhooks,
} from './invoratec/client.ts'
export type { InvoratecApiKey, InvoratecLog, InvoratecWebhook } from './invoratec/schemas.ts'
export type { CallOptions, ClientOptions } from './http/options.ts'
export type { RetryPolicy } from './http/retry.ts'
export { requestChannel, type RequestReport } from './http/report.ts'
export { platformErrorCodes, type PlatformErrorCode } from './error-codes.ts'
export type { ErrorDetail } from './error-detail.ts'
export { PlatformError, type PlatformErrorFacts, type Problem } from './platform-error.ts'
export {
  ensureWebhooks,
  type DesiredInvoratecWebhook,
  type DesiredSonzaiWebhook,
  type EnsureOptions,
} from './webhooks/ensure-webhooks.ts'
export type { EnsuredWebhook, EnsureReport } from './webhooks/ensure-report.ts'
export { secretName, toShownUrl, type WebhookTarget } from './webhooks/target.ts'
export { rotateWithOverlap, type RotationReport } from './rotation/rotate-with-overlap.ts'
export type { RotateOptions } from './rotation/rotate-options.ts'
export {
  createMemorySecretStore,
  type SecretStore,
  type StoredSecret,
  type StoredSecrets,
} from './secrets/secret-store.ts'
export { createFileSecretStore } from './secrets/file-secret-store.ts'
export { storedSecrets, type StoredSecretsOptions } from './secrets/stored-secrets.ts'
export { pollNotifications, type NotificationPoller } from './notifications/poll-notifications.ts'
export type { AgentPollOptions, PollOptions, ProjectPollOptions } from './notifications/poll-options.ts'
export type { NotificationOutcome } from './notifications/outcome.ts'
