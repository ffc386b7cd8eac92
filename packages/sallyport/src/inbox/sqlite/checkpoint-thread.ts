import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { CheckpointData } from './checkpointer.ts'
import { identifyFiles } from './identify-files.ts'

// Copies the log into the database file whenever it is asked to. What stores goes on meanwhile: it appends to the log.

const port = parentPort!
const { path, identity } = workerData as CheckpointData
let database: DatabaseSync | undefined

// Under the path there may be another database by now, which the log does not belong to.
function isSame(): boolean {
  return identifyFiles(path, `${path}-wal`) === identity
}

function open(): DatabaseSync {
  const opened = new DatabaseSync(path, { timeout: 0 })
  // As the connection that stores has it: see `openToWrite`.
  opened.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON')
  return opened
}

port.on('message', (request: 'copy' | 'end') => {
  if (request === 'end') {
    database?.close()
    port.close()
    return
  }
  try {
    if (isSame()) {
      database ??= open()
      database.exec('PRAGMA wal_checkpoint(PASSIVE)')
    }
  } catch {
    // The connection that stores copies the log itself once it is long.
  }
  port.postMessage('copied')
})
