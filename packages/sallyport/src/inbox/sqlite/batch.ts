import type { DatabaseSync } from 'node:sqlite'
import type { Connection, OpenDatabase } from './connection.ts'
import { isFull, isOfConnection, isOfStore, toFailure } from './errors.ts'
import { isWrite, type MethodName } from './methods.ts'
import type { Request, Response } from './thread-client.ts'

const mostRequests = 500
// Beyond this the sync takes longer than it saves, and everything in the batch waits for it.
const mostBytes = 32 * 1024 * 1024

/** Divides requests into what one transaction carries: in their order, but steps of long work come last. */
export function toBatches(requests: readonly Request[]): Request[][] {
  const batches: Request[][] = []
  let bytes = 0
  for (const request of requests.toSorted((one, other) => placeOf(one) - placeOf(other))) {
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
const alone: ReadonlySet<MethodName> = new Set<MethodName>(['checkLog', 'work', 'close', 'sync'])

// Parts of work that may take minutes: a sender should not wait for more than one of them.
const steps: ReadonlySet<MethodName> = new Set<MethodName>(['replay', 'discard', 'prune', 'shrink'])

/** Whether a batch is a step of long work. */
export function isStep([request]: readonly Request[]): boolean {
  return request !== undefined && steps.has(request.name)
}

function placeOf({ name }: Request): number {
  return name === 'close' ? 2 : steps.has(name) ? 1 : 0
}

function isTogether(one: Request, other: Request): boolean {
  return ![one, other].some(({ name }) => alone.has(name) || steps.has(name))
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
  const open = connection.open()
  const { database, space } = open
  const readAll = (): Response[] => requests.map((request) => runOne(request, open))
  if (requests[0]!.name === 'work') return withoutSync(database, () => commitTogether(connection, requests))
  if (requests[0]!.name === 'close') return withoutSync(database, readAll)
  if (!requests.some(({ name }) => isWrite(name))) return readAll()
  space.trimLog()
  // Its end is synced, see `changeEvents`; until then the next event that is stored syncs it too.
  if (isStep(requests)) return withoutSync(database, () => commitTogether(connection, requests))
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
  return hasFailed(response) && response.failure.code === 'INBOX_FULL'
}

// A savepoint for each request takes a tenth of the thread's time, and a request seldom fails: the first try does without.
function commitTogether(connection: Connection, requests: readonly Request[]): Response[] {
  return commitAll(connection, requests, false) ?? commitAll(connection, requests, true)!
}

/** @returns `undefined`, with nothing changed, where a request failed and has no savepoint to go back to */
function commitAll(
  connection: Connection,
  requests: readonly Request[],
  hasSavepoints: boolean,
): Response[] | undefined {
  const open = connection.open()
  const { database, statements, tally, clock } = open
  const undo = (): void => {
    tally.forget()
    clock.forgetCorrection()
    rollBack(connection, database)
  }
  database.exec('BEGIN IMMEDIATE')
  try {
    const responses: Response[] = []
    for (const request of requests) {
      const response = hasSavepoints ? runWithSavepoint(request, open) : runOne(request, open)
      if (hasFailed(response) && !hasSavepoints) {
        undo()
        return undefined
      }
      responses.push(response)
    }
    tally.write(statements)
    database.exec('COMMIT')
    return responses
  } catch (error) {
    undo()
    throw error
  }
}

function hasFailed(response: Response): response is Extract<Response, { failure: unknown }> {
  return 'failure' in response
}

function runWithSavepoint(request: Request, open: OpenDatabase): Response {
  const { database, tally, clock } = open
  const noted = tally.mark()
  database.exec('SAVEPOINT request')
  const response = runOne(request, open)
  if (hasFailed(response)) {
    tally.restore(noted)
    clock.forgetCorrection()
    database.exec('ROLLBACK TO request')
  }
  database.exec('RELEASE request')
  return response
}

function runOne({ number, name, parameters }: Request, { methods }: OpenDatabase): Response {
  const method = methods[name] as (...all: readonly unknown[]) => unknown
  try {
    return { number, value: method(...parameters) }
  } catch (error) {
    if (isOfStore(error)) throw error
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
