export { createInbox, type Inbox } from './inbox.ts'
export type {
  ChangeOptions,
  ConsumeOptions,
  ConsumeOutcome,
  Engine,
  EnginePromises,
  EventCount,
  EventFilter,
  EventNames,
  EventOperations,
  EventPage,
  EventState,
  FailureGroup,
  Failures,
  InboxStats,
  MinuteCount,
  OrderMode,
  Page,
  RunEvent,
  StoredEvent,
  StoreSpace,
} from './engine.ts'
export type { AttemptFailure, AttemptRecord, DuplicateRecord, EventHistory } from './history.ts'
export { InboxError, inboxErrorCodes, type InboxErrorCode } from './inbox-error.ts'
export { durationBounds, readPercentile } from './minute-log.ts'
export type { InboxOptions } from './options.ts'
export type { Logger } from '../logger/logger.ts'
export { redactCredentials } from './redact-credentials.ts'
export { inboxChannel, type InboxReport } from './report.ts'
export { toRetryPolicy, type RetryOptions, type RetryPolicy } from './retry-policy.ts'
export { createSqliteEngine, type SqliteEngineOptions } from './sqlite/engine.ts'
export type { WorkState, WorkStatus } from './work-status.ts'
export { createWorker, type Worker, type ReceiverWithInbox, type WorkerOptions } from './worker.ts'
