import { InboxError } from '../inbox-error.ts'
import type { ProcessLock } from './process-lock.ts'
import type { Statements } from './statements.ts'

/**
 * The right to handle the events of a database: one process at a time. The lock file says at once that a process died. The
 * row of `worker` keeps the promise where the lock file fails, because somebody removed or replaced it: it is in the database
 * itself, and each claim reads it in its own transaction.
 */
export interface WorkerRight {
  /**
   * Takes the right. Returns `new`, or `kept` where nobody else had it since this process did; `undefined` while another
   * process has it. What this writes must be committed even then.
   *
   * @throws InboxError `INBOX_LOCKED` while another process has the lock file; `INBOX_UNAVAILABLE`
   */
  take(): 'new' | 'kept' | undefined
  /** @throws InboxError `INBOX_LOCKED` if another process took over */
  check(): void
  /** Answers a process that asks whether this one is alive; to be called a few times a second. */
  answer(): void
  giveUp(): void
}

/** Milliseconds without an answer after which a process whose lock file was replaced has lost its right. */
const silenceMs = 10_000

interface Row {
  readonly token: string
  readonly lock_id: string
  readonly question: string | null
}

/** What the right is taken with. */
export interface WorkerRightOptions {
  readonly lock: ProcessLock
  /** Of the database, without links. */
  readonly path: string
  /** Names this process, in all of its connections. */
  readonly token: string
  /** Milliseconds; never goes back. */
  readonly now?: () => number
}

export function createWorkerRight(
  { prepare, run }: Statements,
  { lock, path, token, now = () => performance.now() }: WorkerRightOptions,
): WorkerRight {
  let waitingFor: { readonly question: string; readonly since: number } | undefined

  const read = (): Row | undefined => prepare('SELECT * FROM worker').get() as Row | undefined

  // With this lock file in hand, a process that held another one may be alive. It answers if it is.
  function isSilent({ question }: Row): boolean {
    if (question !== null && question === waitingFor?.question) return now() - waitingFor.since >= silenceMs
    waitingFor = { question: question ?? `${token} ${now()}`, since: now() }
    if (question === null) run('UPDATE worker SET question = ?', waitingFor.question)
    return false
  }

  return {
    take() {
      const lockId = lock.acquire(path)
      const row = read()
      const isFree = row === undefined || row.token === token || row.lock_id === lockId
      if (!isFree && !isSilent(row)) return undefined
      run('INSERT OR REPLACE INTO worker (one, token, lock_id) VALUES (1, ?, ?)', token, lockId)
      return row?.token === token ? 'kept' : 'new'
    },
    check() {
      if (lock.isHeld() && read()?.token === token) return
      // It may be a file that nobody finds any more.
      lock.release()
      throw new InboxError('INBOX_LOCKED', `another process took over the work on ${path}`)
    },
    answer() {
      const row = lock.isHeld() ? read() : undefined
      if (row?.token === token && row.question !== null) run('UPDATE worker SET question = NULL WHERE token = ?', token)
    },
    giveUp() {
      if (lock.isHeld()) run('DELETE FROM worker WHERE token = ?', token)
    },
  }
}
