import type { DatabaseSync } from 'node:sqlite'
import type { Connection } from './connection.ts'
import { isFull, isOfConnection, isOfStore, toFailure } from './errors.ts'
import { isWrite, type MethodName, type Methods } from './methods.ts'
import type { Request, Response } from './thread-client.ts'

const mostRequests = 500
// Beyond this the sync takes longer than it saves, and everything in the batch waits for it.
const mostBytes = 32 * 1024 * 1024

/** Divides requests, in their order, into what one transaction carries. */
export function toBatches(requests: readonly Request[]): Request[][] {
  const batches: Request[][] = []
  let bytes = 0
  for (const request of requests) {
    const size = sizeOf(request)
    const last = batches.at(-1)
    if (last && isTogether(last.at(-1)!, request) && last.length < mostRequests && bytes + size <= mostBytes) {
      last.push(request)
      bytes += size
    } else {
      batches.push([request])
      bytes = size
    }
  }
  return batches
}

// The log cannot be cleared inside a transaction. What takes or gives up the right to handle events does not wait for the disk.
const alone: ReadonlySet<MethodName> = new Set<MethodName>(['checkLog', 'work', 'close'])

function isTogether(one: Request, other: Request): boolean {
  return !alone.has(one.name) && !alone.has(other.name)
}

function sizeOf({ name, parameters }: Request): number {
  return name === 'insert' ? parameters[0].reduce((sum, { body }) => sum + body.byteLength, 0) : 0
}

/**
 * Runs requests in one transaction, so that one sync makes all of them durable. A request that fails by itself is undone
 * alone; when the store fails, all fail, and their answers say so.
 */
export function runBatch(connection: Connection, requests: readonly Request[]): Response[] {
  try {
    return transact(connection, requests)
  } catch (error) {
    if (isOfConnection(error)) connection.close()
    // In a full store it matters how much each request adds.
    if (isFull(error) && requests.length > 1) return requests.flatMap((request) => runBatch(connection, [request]))
    return requests.map(({ number }) => ({ number, failure: toFailure(error) }))
  }
}

function transact(connection: Connection, requests: readonly Request[]): Response[] {
  const { database, methods, space } = connection.open()
  const readAll = (): Response[] => requests.map((request) => runOne(request, methods, database))
  if (requests[0]!.name === 'work') return withoutSync(database, () => commitTogether(connection, requests))
  if (requests[0]!.name === 'close') return withoutSync(database, readAll)
  if (!requests.some(({ name }) => isWrite(name))) return readAll()
  space.trimLog()
  const responses = commitTogether(connection, requests)
  // A log that nobody reads must not keep events out.
  const refused = new Set(responses.filter(isRefused).map(({ number }) => number))
  if (refused.size === 0 || !space.trimLog(true)) return responses
  const again = commitTogether(
    connection,
    requests.filter(({ number }) => refused.has(number)),
  )
  return responses.map((response) => again.find(({ number }) => number === response.number) ?? response)
}

// A power cut ends all processes, and with them the right. The next commit syncs this one too.
function withoutSync<Result>(database: DatabaseSync, work: () => Result): Result {
  const { synchronous } = database.prepare('PRAGMA synchronous').get() as { synchronous: number }
  database.exec('PRAGMA synchronous = NORMAL')
  try {
    return work()
  } finally {
    if (database.isOpen) database.exec(`PRAGMA synchronous = ${synchronous}`)
  }
}

function isRefused(response: Response): boolean {
  return 'failure' in response && response.failure.code === 'INBOX_FULL'
}

function commitTogether(connection: Connection, requests: readonly Request[]): Response[] {
  const { database, methods } = connection.open()
  const runEach = (): Response[] => requests.map((request) => runOne(request, methods, database))
  database.exec('BEGIN IMMEDIATE')
  try {
    const responses = runEach()
    database.exec('COMMIT')
    return responses
  } catch (error) {
    rollBack(connection, database)
    throw error
  }
}

function runOne({ number, name, parameters }: Request, methods: Methods, database: DatabaseSync): Response {
  const method = methods[name] as (...all: readonly unknown[]) => unknown
  const mark = database.isTransaction ? 'request' : undefined
  if (mark) database.exec(`SAVEPOINT ${mark}`)
  try {
    const value = method(...parameters)
    if (mark) database.exec(`RELEASE ${mark}`)
    return { number, value }
  } catch (error) {
    if (isOfStore(error)) throw error
    if (mark) database.exec(`ROLLBACK TO ${mark}; RELEASE ${mark}`)
    return { number, failure: toFailure(error) }
  }
}

// SQLite has rolled back by itself after some errors. Where neither works, the connection is unusable.
function rollBack(connection: Connection, database: DatabaseSync): void {
  try {
    if (database.isTransaction) database.exec('ROLLBACK')
  } catch {
    connection.close()
  }
}
