import type { Engine } from './engine.ts'
import { InboxError, type InboxErrorCode } from './inbox-error.ts'

/**
 * What a process does for the events of an inbox. `elsewhere`: nothing, another process runs the handlers. `starting`: it has not
 * begun yet. `standby`: another process of a SQLite inbox has the right to, and this one takes over when that ends. `failing`: no
 * claim succeeds. `ended`: it claims no more, though nobody stopped it.
 */
export type WorkState = 'elsewhere' | 'starting' | 'standby' | 'working' | 'failing' | 'ended' | 'stopped'

/** How handlers are run in this process. */
export interface WorkStatus {
  readonly state: WorkState
  /** Whether the process was made a worker by `work()`, so that it need not store events. */
  readonly isWorker: boolean
  /** Handlers that are running. */
  readonly running: number
  /** Handlers that ended only after the inbox had aborted them; their events are retried. */
  readonly aborted: number
  /** Milliseconds for which no claim has succeeded, for `failing`. */
  readonly failingMs?: number | undefined
  /** What beginning to work failed with, or the last claim, where that is known. */
  readonly code?: InboxErrorCode | undefined
}

/** Notes what an inbox does for its events. */
export function createWorkLog(engine: Pick<Engine, 'claiming'>, work: 'here' | 'elsewhere') {
  let phase: 'elsewhere' | 'starting' | 'working' | 'stopped' = 'elsewhere'
  let failure: InboxErrorCode | undefined
  let isWorker = false
  let running = 0
  let aborted = 0

  function readState(): Pick<WorkStatus, 'state' | 'failingMs' | 'code'> {
    if (phase === 'starting') return { state: failure === 'INBOX_LOCKED' ? 'standby' : 'starting', code: failure }
    if (phase !== 'working') return { state: phase }
    const { hasEnded = false, failingMs, error } = engine.claiming?.() ?? {}
    const code = toCode(error)
    if (hasEnded) return { state: 'ended', code }
    if (code === 'INBOX_LOCKED') return { state: 'standby', code }
    return failingMs === undefined ? { state: 'working' } : { state: 'failing', failingMs, code }
  }

  return {
    begin(): void {
      isWorker = work === 'elsewhere'
      if (phase === 'elsewhere') phase = 'starting'
    },
    succeed(): void {
      if (phase === 'starting') phase = 'working'
    },
    fail(error: unknown): void {
      failure = toCode(error)
    },
    stop(): void {
      phase = 'stopped'
    },
    /** Counts running handlers, and those that the stop of the inbox aborted. */
    async track(handlers: Promise<void>, signal: AbortSignal): Promise<void> {
      running++
      try {
        await handlers
      } finally {
        running--
        if (signal.aborted) aborted++
      }
    },
    status: (): WorkStatus => ({ ...readState(), isWorker, running, aborted }),
  }
}

function toCode(error: unknown): InboxErrorCode | undefined {
  return InboxError.is(error) ? error.code : undefined
}
