import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { DatabaseSync } from 'node:sqlite'
import { InboxError } from '../inbox-error.ts'
import { openDatabase } from './database.ts'
import type { Command, Failure, Request, Response, ThreadData } from './protocol.ts'
import { createStore, type Store } from './store.ts'

// The thread of the SQLite engine. A commit waits for the disk, which must not hold up the event loop that answers senders;
// and what arrives while one commit waits is committed together by the next (group commit).

const port = parentPort!
const { settings, isWorker } = workerData as ThreadData

let database: DatabaseSync | undefined
let store: Store | undefined
let workerLock: DatabaseSync | undefined

const writes = new Set<Command['kind']>(['accept', 'claim', 'settle', 'unclaim', 'recover', 'replay', 'discard', 'prune'])
const pruneAtOnce = 500

function open(): Store {
  if (store) return store
  if (isWorker) workerLock ??= lockForWork()
  database = openDatabase(settings)
  store = createStore(database)
  return store
}

// Held as long as the process lives, and let go by the operating system when it dies, however it dies.
function lockForWork(): DatabaseSync {
  const lock = new DatabaseSync(`${settings.path}-worker`, { timeout: 0 })
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
    return lock
  } catch {
    lock.close()
    throw new InboxError('INBOX_LOCKED', `another process works on ${settings.path}`)
  }
}

function execute(target: Store, command: Command): unknown {
  const now = Date.now()
  switch (command.kind) {
    case 'accept':
      return command.events.map((event) => target.accept(event, now))
    case 'claim':
      return target.claim(command.limit, command.order, now, command.horizonMs)
    case 'settle':
      return target.settle(command.settlement)
    case 'unclaim':
      return target.unclaim(command.key)
    case 'recover':
      return target.recover()
    case 'list':
      return target.list(command.filter, command.page)
    case 'get':
      return target.get(command.key)
    case 'replay':
      return target.replay(command.filter)
    case 'discard':
      return target.discard(command.filter)
    case 'prune':
      return target.prune(now - command.retentionMs, now - command.deadRetentionMs, pruneAtOnce)
    case 'stats':
      return target.stats(now)
    case 'close':
      return undefined
  }
}

/** Runs requests in one transaction. Should it fail, each runs again on its own, so that one cannot fail the others. */
function runTogether(requests: readonly Request[]): Response[] {
  try {
    return transact(requests)
  } catch (error) {
    if (requests.length === 1) return [toResponse(requests[0]!, error)]
    return requests.flatMap((request) => runTogether([request]))
  }
}

function transact(requests: readonly Request[]): Response[] {
  const target = open()
  const isWrite = requests.some(({ command }) => writes.has(command.kind))
  if (!isWrite) return requests.map(({ number, command }) => ({ number, value: execute(target, command) }))
  database!.exec('BEGIN IMMEDIATE')
  try {
    const responses = requests.map(({ number, command }) => ({ number, value: execute(target, command) }))
    database!.exec('COMMIT')
    return responses
  } catch (error) {
    abandon()
    throw error
  }
}

// After an I/O error the state of a connection is uncertain: the next request opens a new one.
function abandon(): void {
  try {
    if (database!.isTransaction) database!.exec('ROLLBACK')
  } catch {
    closeDatabase()
  }
}

function closeDatabase(): void {
  const closing = database
  database = undefined
  store = undefined
  try {
    closing?.close()
  } catch {
    // It could not be used any more; there is nothing left to save.
  }
}

function toResponse({ number }: Request, error: unknown): Response {
  return { number, failure: toFailure(error) }
}

const sqliteFull = 13
const sqliteIoError = 10

function toFailure(error: unknown): Failure {
  if (InboxError.is(error)) return { code: error.code, detail: error.message }
  const { errcode = 0, errstr = 'it failed' } = error as { errcode?: number; errstr?: string }
  const primary = errcode & 0xff
  if (primary === sqliteIoError) closeDatabase()
  return { code: primary === sqliteFull ? 'INBOX_FULL' : 'INBOX_UNAVAILABLE', detail: `SQLite: ${errstr}` }
}

function drainPort(first: Request[]): Request[] {
  const requests = [...first]
  for (let message = receiveMessageOnPort(port); message; message = receiveMessageOnPort(port)) {
    requests.push(...(message.message as Request[]))
  }
  return requests
}

port.on('message', (first: Request[]) => {
  const requests = drainPort(first)
  port.postMessage(runTogether(requests))
  if (!requests.some(({ command }) => command.kind === 'close')) return
  closeDatabase()
  workerLock?.close()
  port.close()
})
