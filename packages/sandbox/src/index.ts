export { createSandbox, type Sandbox } from './create-sandbox.ts'
export type { SandboxOptions } from './options.ts'
export { createManualClock, systemClock, type Clock, type ManualClock } from './clock.ts'
export {
  corrupt,
  createRandom,
  faultKinds,
  parseFault,
  type Fault,
  type FaultInput,
  type FaultKind,
  type Random,
} from './delivery/faults.ts'
export type { Outage } from './http/outage.ts'
export type { RetryPolicy } from './delivery/retry-policy.ts'
export type { DeliveryAttempt, DeliveryResult, PlatformName, TriggeredDelivery } from './delivery/delivery.ts'
export { SandboxError, sandboxErrorCodes, type SandboxErrorCode, type ValueProblem } from './error.ts'
export type { InvoratecKey, InvoratecPermission, SandboxKeys, SonzaiKey } from './keys.ts'
export type { SonzaiSandbox, SonzaiScope, SonzaiWebhookView } from './sonzai/sandbox.ts'
export type { SonzaiNotification } from './sonzai/notifications.ts'
export type { SonzaiProjectEvent } from './sonzai/project-notifications.ts'
export type { SonzaiWebhookOptions, SonzaiTrigger } from './sonzai/webhooks.ts'
export type { InvoratecSandbox, InvoratecWebhookOptions, InvoratecWebhookView } from './invoratec/sandbox.ts'
export type { InvoratecTrigger } from './invoratec/webhooks.ts'
export type { FleetSandbox, FleetWebhookOptions, FleetWebhookView } from './fleet/sandbox.ts'
export type {
  LangsmithSandbox,
  LangsmithWebhookOptions,
  LangsmithWebhookSecret,
  LangsmithWebhookView,
} from './langsmith/sandbox.ts'
export type { LangsmithCommit, LangsmithTrigger } from './langsmith/webhooks.ts'
export type { OwnDelivery, SendOwn } from './own/send-own.ts'
export type { FormField } from './fleet/form-schema.ts'
export type { Publisher } from './fleet/publish.ts'
export type { ToolNeed, ToolNeeds } from './fleet/tool-auth.ts'
export type { FleetRun } from './fleet/webhooks.ts'
