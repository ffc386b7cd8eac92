import type { DatabaseSync } from 'node:sqlite'
import type { Worker as Thread } from 'node:worker_threads'
import type { Statements } from './statements.ts'

/** Pages of the log, and how many of them are in the file. */
interface LogState {
  readonly log: number
  readonly checkpointed: number
}

/** What the thread begins with. */
export interface CheckpointData {
  /** Of the database, without links. */
  readonly path: string
  /** Of the files that are open, see `identifyFiles`. */
  readonly identity: string
}

// Pages of the log from which on it is copied: a copy syncs twice, so it should be worth it.
const longLog = 1_000
// So many are left for the end of a copy, which is made between two commits.
const mostAtEnd = 500

/** An open database whose log is copied. */
export interface Logged extends CheckpointData {
  readonly database: DatabaseSync
  readonly statements: Statements
}

/**
 * Has the log copied into the database file by a thread of its own: with many events that writes pages all over a large file,
 * and takes many times as long as a commit.
 */
export interface Checkpointer {
  /** To be called after each commit, outside of a transaction. */
  look(logged: Logged): void
  /** Whether the log grows faster than it is copied, so that what can wait should. */
  isBehind(): boolean
  /** Ends the thread, and its connection. */
  end(): Promise<void>
}

/** @param onCopied is called when a copy is done: the time for `look`, and for what waited */
export function createCheckpointer(onCopied: () => void): Checkpointer {
  let thread: Thread | undefined
  let data: CheckpointData | undefined
  let isCopying = false
  let isCopied = false
  let isBehind = false
  let logAtCopy = 0

  function start(workerData: CheckpointData): Thread {
    const { Worker } = process.getBuiltinModule('node:worker_threads')
    const threadFile = new URL(`./checkpoint-thread.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url)
    const started = new Worker(threadFile, { workerData, name: 'sallyport-log' })
    started.on('message', (message) => {
      if (message === 'copied' && started === thread) settle(true)
    })
    // Without it the log is copied where it is written, as soon as it is long.
    started.on('error', () => {})
    started.on('exit', () => {
      if (started !== thread) return
      thread = undefined
      settle(false)
    })
    started.unref()
    return started
  }

  function settle(isDone: boolean): void {
    isCopying = false
    isCopied = isDone
    onCopied()
  }

  function copy({ path, identity }: CheckpointData): void {
    if (data !== undefined && data.identity !== identity) {
      // The database was opened again, and is another one.
      thread?.postMessage('end', [])
      thread = undefined
    }
    data = { path, identity }
    thread ??= start(data)
    isCopying = true
    thread.postMessage('copy', [])
  }

  return {
    look({ database, statements, path, identity }) {
      const { log, checkpointed } = statements.prepare('PRAGMA wal_checkpoint(NOOP)').get() as unknown as LogState
      const left = log - checkpointed
      isBehind = isCopying && log >= 8 * longLog
      if (isCopying) return
      // What was written during the copy. Once all is copied, the next commit starts the log from its beginning.
      if (isCopied && left > 0 && left <= mostAtEnd) database.exec('PRAGMA wal_checkpoint(PASSIVE)')
      // A reader may keep the log from being copied: then it is tried again once it has grown.
      else if (left >= longLog && (log < logAtCopy || log >= logAtCopy + longLog)) {
        logAtCopy = log
        copy({ path, identity })
      }
      isCopied = false
    },
    isBehind: () => isCopying && isBehind,
    end: () =>
      new Promise((resolve) => {
        if (thread === undefined) return resolve()
        thread.on('exit', () => resolve())
        thread.ref()
        thread.postMessage('end', [])
      }),
  }
}
