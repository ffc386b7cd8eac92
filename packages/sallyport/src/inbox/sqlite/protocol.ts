import type { EventFilter, OrderMode, Page } from '../engine.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import type { DatabaseSettings } from './database.ts'
import type { Settlement } from './queue.ts'
import type { NewRow } from './rows.ts'

/** What the engine asks of its thread. */
export type Command =
  | { readonly kind: 'open' }
  | { readonly kind: 'insert'; readonly rows: readonly NewRow[] }
  /**
   * Takes the right to work, unless another process has it, and gives back what was claimed by whoever worked before.
   *
   * @param atWork keys of events whose handlers run in this process
   */
  | {
      readonly kind: 'work'
      readonly retry: RetryPolicy
      readonly atWork: readonly string[]
      readonly order: OrderMode
    }
  | { readonly kind: 'claim'; readonly limit: number; readonly order: OrderMode }
  | { readonly kind: 'settle'; readonly settlement: Settlement }
  | { readonly kind: 'unclaim'; readonly key: string }
  | { readonly kind: 'list'; readonly filter: EventFilter; readonly page: Page }
  | { readonly kind: 'get'; readonly key: string }
  | { readonly kind: 'replay'; readonly filter: EventFilter }
  | { readonly kind: 'discard'; readonly filter: EventFilter }
  | { readonly kind: 'prune'; readonly retentionMs: number; readonly deadRetentionMs: number }
  /** Gives free pages back to the file system, some at a time. */
  | { readonly kind: 'shrink' }
  | { readonly kind: 'stats' }
  | { readonly kind: 'close' }

/** A command with its number, by which the answer is found. */
export interface Request {
  readonly number: number
  readonly command: Command
}

/** The answer to one request. */
export type Response =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly failure: Failure }

/** An error that crosses threads: a code of ours, and SQLite's words, which hold no data. */
export interface Failure {
  readonly code: string
  readonly detail?: string
}

/** What the thread is started with. */
export interface ThreadData {
  readonly settings: DatabaseSettings
}
