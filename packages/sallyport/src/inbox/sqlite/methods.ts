import type { DuplicateNote } from '../duplicate-log.ts'
import type { EventFilter, EventNames, InboxStats, MinuteCount, OrderMode, StoredEvent } from '../engine.ts'
import type { RetryPolicy } from '../retry-policy.ts'
import type { Claimed, ClaimOptions, RecoverOptions, Settlement } from './claim.ts'
import type { CountRange, CountSlice } from './count.ts'
import type { GroupRange, GroupSlice } from './groups.ts'
import type { MinuteRange, MinuteSlice } from './minutes.ts'
import type { Step, StepResult } from './operate.ts'
import type { Counts } from './tally.ts'
import type { NewRow } from './rows.ts'
import type { ListRange, ListSlice, Selected, SelectRange } from './select.ts'

/** Everything the engine can ask of its thread; a call is `client.ask(name, parameter)`. */
export interface Methods {
  open(): void
  insert(rows: readonly NewRow[]): readonly ('stored' | 'duplicate')[]
  /**
   * Takes the right to handle events, and takes back what was claimed before, but for the attempts that are running
   * here. Returns the events that died by that; `undefined` while another process has the right.
   *
   * @throws InboxError `INBOX_LOCKED` while another process has the lock file
   */
  work(how: {
    readonly retry: RetryPolicy
    readonly atWork: RecoverOptions['atWork']
    readonly order: OrderMode
  }): readonly StoredEvent[] | undefined
  /** @throws InboxError `INBOX_LOCKED` without the right */
  claim(how: ClaimOptions): Claimed
  /** Answers another process that asks whether this one is alive. */
  answer(): void
  settle(settlement: Settlement): boolean
  /** Counts duplicates. */
  addDuplicates(notes: readonly DuplicateNote[]): void
  /** Adds to the counts per minute. */
  addMinutes(counts: readonly MinuteCount[]): void
  unclaim(claim: Pick<Settlement, 'key' | 'attempt'>): number
  list(range: ListRange): ListSlice
  listId(filter: EventFilter): ListSlice
  select(range: SelectRange): Selected
  last(): number
  count(range: CountRange): CountSlice
  failures(range: GroupRange): GroupSlice
  minutes(range: MinuteRange): MinuteSlice
  names(): EventNames
  get(key: string): StoredEvent | undefined
  replay(step: Step): StepResult
  discard(step: Step): StepResult
  /** Makes durable what steps changed. */
  sync(): void
  /** Writes a page, where there is room for an event. @throws InboxError `INBOX_FULL` */
  checkWritable(): void
  /** Deletes a part of what was kept long enough; returns how many. */
  prune(kept: { readonly retentionMs: number; readonly deadRetentionMs: number }): number
  /** Gives some free pages back to the file system; returns how many. */
  shrink(): number
  /** Clears a long log; returns `Space.stuckLog`. Runs outside of a transaction. */
  checkLog(): number
  stats(): InboxStats
  readNote(name: string): string | undefined
  writeNote(name: string, text: string, before: string | undefined): boolean
  /** How far the counts are from the events. */
  drift(): Counts
  /** Counts all events again. */
  recount(): void
  close(): void
}

export type MethodName = keyof Methods

const reads: ReadonlySet<MethodName> = new Set<MethodName>([
  'open',
  'answer',
  'list',
  'listId',
  'select',
  'last',
  'get',
  'count',
  'failures',
  'minutes',
  'names',
  'readNote',
  'stats',
  'drift',
  'checkLog',
  'close',
])

/** Whether a method changes something, and so needs a transaction. */
export function isWrite(name: MethodName): boolean {
  return !reads.has(name)
}
