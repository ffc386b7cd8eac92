import { clip } from '../errors/visible-text.ts'
import type { StoredEvent } from './engine.ts'

/** What an attempt threw: cut, and without the credentials that the inbox and the receiver know. */
export interface AttemptFailure {
  readonly name: string
  /** At most 500 characters, and how many are missing. */
  readonly message: string
  /** At most 8 frames, of 200 characters. */
  readonly stack: readonly string[]
}

/** One attempt of a stored event. */
export interface AttemptRecord {
  /** 1 for the first; 1 again after a replay. */
  readonly number: number
  /**
   * `lost`: its process ended, stopped or was not heard of before the attempt had an outcome; the event is retried, or dead
   * after too many.
   */
  readonly outcome: 'running' | 'handled' | 'retried' | 'dead' | 'lost'
  /** Milliseconds since 1970. */
  readonly begunAt: number
  /** Milliseconds since 1970; `undefined` while it runs, and where it was lost. */
  readonly endedAt?: number | undefined
  /** Milliseconds from beginning to end. */
  readonly durationMs?: number | undefined
  readonly error?: AttemptFailure | undefined
  /** Host and id of the process, where the engine knows them. */
  readonly worker?: string | undefined
}

/** A delivery of an event that was stored already. */
export interface DuplicateRecord {
  /** Milliseconds since 1970. */
  readonly receivedAt: number
  /** Where it came from, as far as the host said. */
  readonly remoteAddress?: string | undefined
}

/** What an engine with `promises.history` knows of an event's past. */
export interface EventHistory {
  /** The latest 20 attempts, oldest first; those before a replay too. */
  readonly attempts: readonly AttemptRecord[]
  readonly duplicates: {
    /** Deliveries dropped because the event was stored. Counted within a second; a process that is killed loses that second. */
    readonly count: number
    /** The latest 10, newest first. */
    readonly latest: readonly DuplicateRecord[]
  }
}

/** Most attempts kept per event. */
export const mostAttempts = 20

/** Most duplicates listed per event. */
export const mostDuplicates = 10

// Not imported: a bundle without an inbox has this file too, and would not start on an edge host without this module.
const host = process.getBuiltinModule?.('node:os').hostname() ?? 'unknown'

/** Names this process in the history of an event; Redis takes no other characters in a name. */
export const workerName = `${clip(host, 100).replaceAll(/[^!-~]/g, '_')}:${process.pid}`

/** What a store has of an event's past. */
export interface KeptHistory {
  /** Attempts that ended without success, and those before a replay. */
  readonly ended: readonly AttemptRecord[]
  /** When the last attempt began; unknown for one that was made before histories were kept. */
  readonly begunAt: number | undefined
  /** Who made it. */
  readonly worker: string | undefined
  readonly duplicates: EventHistory['duplicates']
}

type Progress = Pick<StoredEvent, 'state' | 'attempts' | 'finishedAt'>

/**
 * The attempt that an event's own state describes: one that runs or succeeded. So a store writes nothing more for it than when
 * it began and who made it.
 */
export function toCurrentAttempt(
  { state, attempts: number, finishedAt }: Progress,
  { begunAt, worker }: Pick<KeptHistory, 'begunAt' | 'worker'>,
): AttemptRecord | undefined {
  if (begunAt === undefined) return undefined
  if (state === 'active') return { number, outcome: 'running', begunAt, worker }
  if (state !== 'done' || finishedAt === undefined) return undefined
  const durationMs = Math.max(0, finishedAt - begunAt)
  return { number, outcome: 'handled', begunAt, endedAt: finishedAt, durationMs, worker }
}

/** The history of an event. */
export function toHistory(progress: Progress, { ended, duplicates, ...last }: KeptHistory): EventHistory {
  const current = toCurrentAttempt(progress, last)
  return { attempts: (current ? [...ended, current] : ended).slice(-mostAttempts), duplicates }
}
