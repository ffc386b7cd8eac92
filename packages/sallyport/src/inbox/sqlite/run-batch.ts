import type { DatabaseSync } from 'node:sqlite'
import type { Connection } from './connection.ts'
import { isWrite } from './execute.ts'
import { isFull, isOfConnection, isOfStore, toFailure } from './failure.ts'
import type { Command, Request, Response } from './protocol.ts'
import type { Store } from './store.ts'

/** Carries out one command inside a transaction. */
export type Execute = (store: Store, command: Command) => unknown

/**
 * Runs requests in one transaction, so that one sync makes all of them durable. One that fails by itself is undone alone;
 * when the store fails, all have failed, and their answers say so.
 */
export function runBatch(connection: Connection, execute: Execute, requests: readonly Request[]): Response[] {
  try {
    return transact(connection, execute, requests)
  } catch (error) {
    if (isOfConnection(error)) connection.close()
    // For a full store it matters how much each wants to add.
    if (isFull(error) && requests.length > 1)
      return requests.flatMap((request) => runBatch(connection, execute, [request]))
    return requests.map(({ number }) => ({ number, failure: toFailure(error) }))
  }
}

function transact(connection: Connection, execute: Execute, requests: readonly Request[]): Response[] {
  const { database, store } = connection.open()
  const runEach = (): Response[] =>
    requests.map((request) => runOne(request, () => execute(store, request.command), database))
  if (!requests.some(({ command }) => isWrite(command))) return runEach()
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

function runOne({ number }: Request, run: () => unknown, database: DatabaseSync): Response {
  const mark = database.isTransaction ? 'request' : undefined
  if (mark) database.exec(`SAVEPOINT ${mark}`)
  try {
    const value = run()
    if (mark) database.exec(`RELEASE ${mark}`)
    return { number, value }
  } catch (error) {
    if (isOfStore(error)) throw error
    if (mark) database.exec(`ROLLBACK TO ${mark}; RELEASE ${mark}`)
    return { number, failure: toFailure(error) }
  }
}

// SQLite has rolled back by itself after some errors. Where neither works, the connection is of no more use.
function rollBack(connection: Connection, database: DatabaseSync): void {
  try {
    if (database.isTransaction) database.exec('ROLLBACK')
  } catch {
    connection.close()
  }
}
