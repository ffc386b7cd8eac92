export { createInbox, openInbox, type Inbox } from './inbox.ts'
export type {
  ConsumeOptions,
  ConsumeOutcome,
  Engine,
  EnginePromises,
  EventFilter,
  EventPage,
  EventState,
  InboxStats,
  OrderMode,
  Page,
  RunEvent,
  StoredEvent,
} from './engine.ts'
export { inboxErrorCodes, type InboxErrorCode } from './error-codes.ts'
export { InboxError } from './inbox-error.ts'
export type { InboxOptions } from './options.ts'
export { isPermanent } from './permanent.ts'
export { inboxChannel, type InboxReport } from './report.ts'
export { defaultRetryPolicy, retryDelay, toRetryPolicy, type RetryPolicy } from './retry-policy.ts'
export { createSqliteEngine, type SqliteEngineOptions } from './sqlite/engine.ts'
export { createWorker, type InboxWorker, type ReceiverWithInbox, type WorkerOptions } from './worker.ts'
