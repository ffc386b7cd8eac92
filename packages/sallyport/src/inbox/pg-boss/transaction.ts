import type { Database, Executor } from './database.ts'
import { toInboxError } from './errors.ts'
import type { Row } from './postgres.ts'
import { isAboutPrepared } from './prepared.ts'

/** Runs work in one transaction of our own, and again where two only met; fails with errors of this package. */
export type RunInTransaction = <Result>(work: (db: Executor) => Promise<Result>) => Promise<Result>

/** Runs one statement on its own; fails with errors of this package. */
export type RunQuery = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>

// A deadlock, or two transactions that cannot be put in an order: the whole of it is worth another try.
const transient = new Set(['40001', '40P01'])
const tries = 3

function isWorthAnotherTry(error: unknown): boolean {
  return isAboutPrepared(error) || transient.has(String((error as { code?: unknown }).code))
}

export function createTransactions(database: Database): RunInTransaction {
  return async (work) => {
    for (let tried = 1; ; tried++) {
      try {
        return await database.inTransaction(work)
      } catch (error) {
        if (tried < tries && isWorthAnotherTry(error)) continue
        throw toInboxError(error)
      }
    }
  }
}

export function createQuery(database: Database): RunQuery {
  return async (text, values = []) => {
    try {
      return (await database.executeSql(text, [...values])).rows
    } catch (error) {
      throw toInboxError(error)
    }
  }
}
