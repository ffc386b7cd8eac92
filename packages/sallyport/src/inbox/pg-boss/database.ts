import { createClients } from './clients.ts'
import { toInboxError } from './errors.ts'
import type { PgPool, Row } from './postgres.ts'
import { createStatements, isAboutPrepared } from './prepared.ts'
import { beginTransaction } from './sql.ts'

/** Runs statements: what is needed of pg-boss's `Db`. */
export interface Executor {
  /** @param how `isWhole` where the statement leaves nothing half done outside a transaction: it does not wait for BEGIN */
  executeSql(text: string, values?: unknown[], how?: { readonly isWhole?: boolean }): Promise<{ rows: Row[] }>
  /** Whether a statement may be sent before the one before it is answered. */
  readonly isPipelined?: boolean
}

/** The connections of an inbox. A statement that does not answer in time fails, and its connection is closed. */
export interface Database extends Executor {
  /** Runs work in a transaction: all of it or nothing. */
  inTransaction<Result>(work: (db: Executor) => Promise<Result>): Promise<Result>
}

/** How connections are used. */
export interface DatabaseOptions {
  /** Milliseconds: a network that drops packets must not block callers, nor keep a place in the pool. */
  readonly timeoutMs: number
  /** Whether the engine made the pool, so that statements may be sent without waiting. */
  readonly isOwnPool: boolean
  /** How transactions begin. @default `beginTransaction` */
  readonly begin?: string
}

export function createDatabase(
  pool: PgPool,
  { timeoutMs, isOwnPool, begin = beginTransaction }: DatabaseOptions,
): Database {
  const statements = createStatements()
  const withClient = createClients(pool, timeoutMs)

  return {
    executeSql: (text, values) => withClient((client) => client.query(text, values)),
    inTransaction: (work) =>
      withClient(async (client) => {
        const began = client.query(begin)
        began.catch(ignore)
        async function executeSql(
          text: string,
          values?: unknown[],
          { isWhole = false } = {},
        ): Promise<{ rows: Row[] }> {
          // Outside a transaction each statement would commit alone.
          if (!isWhole || !isOwnPool) await began
          return isOwnPool ? statements.run(client, text, values) : client.query(text, values)
        }
        const result = await work({ executeSql, isPipelined: isOwnPool })
        await began
        await client.query('COMMIT')
        return result
      }),
  }
}

const ignore = (): void => {}

/** Runs work in one transaction, again after a conflict with another one; fails with an `InboxError`. */
export type RunInTransaction = <Result>(work: (db: Executor) => Promise<Result>) => Promise<Result>

/** Runs one statement; fails with an `InboxError`. */
export type RunQuery = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>

// A deadlock or a serialization failure: the whole transaction is worth a retry.
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
