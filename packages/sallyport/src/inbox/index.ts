export { createInbox, type Inbox } from './inbox.ts'
export type {
  ConsumeOptions,
  ConsumeOutcome,
  Engine,
  EnginePromises,
  EventFilter,
  EventOperations,
  EventPage,
  EventState,
  InboxStats,
  OrderMode,
  Page,
  RunEvent,
  StoredEvent,
} from './engine.ts'
export type { AttemptFailure, AttemptRecord, DuplicateRecord, EventHistory } from './history.ts'
export { InboxError, inboxErrorCodes, type InboxErrorCode } from './inbox-error.ts'
export type { InboxOptions } from './options.ts'
export { inboxChannel, type InboxReport } from './report.ts'
export { toRetryPolicy, type RetryOptions, type RetryPolicy } from './retry-policy.ts'
export { createSqliteEngine, type SqliteEngineOptions } from './sqlite/engine.ts'
export { createWorker, type Worker, type ReceiverWithInbox, type WorkerOptions } from './worker.ts'
