import type { DuplicateNote } from '../duplicate-log.ts'
import type { InboxStats, OrderMode, StoredEvent } from '../engine.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import type { Claimed, ClaimOptions, Settlement } from './claim.ts'
import type { Step } from './operate.ts'
import type { NewRow } from './rows.ts'
import type { ListRange, ListSlice, Selected, SelectRange } from './select.ts'

/** Everything the engine can ask of its thread; a call is `client.ask(name, parameter)`. */
export interface Methods {
  open(): void
  insert(rows: readonly NewRow[]): readonly ('stored' | 'duplicate')[]
  /**
   * Takes the right to handle events, and takes back what was claimed before, but for the keys whose handlers are running
   * here. Returns the events that died by that; `undefined` while another process has the right.
   *
   * @throws InboxError `INBOX_LOCKED` while another process has the lock file
   */
  work(how: {
    readonly retry: RetryPolicy
    readonly atWork: readonly string[]
    readonly order: OrderMode
  }): readonly StoredEvent[] | undefined
  /** @throws InboxError `INBOX_LOCKED` without the right */
  claim(how: ClaimOptions): Claimed
  /** Answers another process that asks whether this one is alive. */
  answer(): void
  settle(settlement: Settlement): boolean
  /** Counts duplicates. */
  addDuplicates(notes: readonly DuplicateNote[]): void
  unclaim(claim: Pick<Settlement, 'key' | 'attempt'>): number
  list(range: ListRange): ListSlice
  select(range: SelectRange): Selected
  last(): number
  get(key: string): StoredEvent | undefined
  replay(step: Step): number
  discard(step: Step): number
  /** Deletes a part of what was kept long enough; returns how many. */
  prune(kept: { readonly retentionMs: number; readonly deadRetentionMs: number }): number
  /** Gives some free pages back to the file system; returns how many. */
  shrink(): number
  /** Clears a long log; returns `Space.stuckLog`. Runs outside of a transaction. */
  checkLog(): number
  stats(): InboxStats
  close(): void
}

export type MethodName = keyof Methods

const reads: ReadonlySet<MethodName> = new Set<MethodName>([
  'open',
  'answer',
  'list',
  'select',
  'last',
  'get',
  'stats',
  'checkLog',
  'close',
])

/** Whether a method changes something, and so needs a transaction. */
export function isWrite(name: MethodName): boolean {
  return !reads.has(name)
}
