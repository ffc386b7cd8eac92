import { withTimeout } from '../inbox-error.ts'
import type { PgClient, PgPool, Row } from './postgres.ts'
import { createStatements } from './prepared.ts'
import { beginTransaction } from './sql.ts'

/** Runs statements: pg-boss's `Db`, as far as it is needed here. */
export interface Executor {
  executeSql(text: string, values?: unknown[]): Promise<{ rows: Row[] }>
  /** Whether a statement may be sent before the one before it is answered. */
  readonly isPipelined?: boolean
}

/** The connections of an inbox. Whatever does not answer in time is given up, its connection with it. */
export interface Database extends Executor {
  /** Runs work in a transaction: all of it or nothing. */
  inTransaction<Result>(work: (db: Executor) => Promise<Result>): Promise<Result>
}

const rollbackTimeoutMs = 1_000

/** How connections are used. */
export interface DatabaseOptions {
  /** After so long: a network that swallows packets must not hold up what waits, nor keep a place in the pool. */
  readonly timeoutMs: number
  /** Whether the pool is one of ours, set up to be sent statements without waiting. */
  readonly isOwnPool: boolean
}

export function createDatabase(pool: PgPool, { timeoutMs, isOwnPool }: DatabaseOptions): Database {
  const statements = createStatements()

  async function connect(): Promise<PgClient> {
    const connecting = pool.connect()
    return withTimeout(connecting, timeoutMs).catch((error: unknown) => {
      // It came after all, when nobody waited for it any more.
      connecting.then((client) => client.release(), ignore)
      throw error
    })
  }

  async function withClient<Result>(work: (client: PgClient) => Promise<Result>): Promise<Result> {
    const client = await connect()
    // A pool does not listen to clients it has handed out: a lost connection would end the process.
    client.on('error', ignore)
    let failure: Error | undefined
    try {
      return await withTimeout(work(client), timeoutMs)
    } catch (error) {
      failure = await tryRollback(client, error)
      throw error
    } finally {
      client.removeListener('error', ignore)
      client.release(failure)
    }
  }

  return {
    executeSql: (text, values) => withClient((client) => client.query(text, values)),
    inTransaction: (work) =>
      withClient(async (client) => {
        // Answered before anything follows it: outside of a transaction, each statement would stand for itself.
        await client.query(beginTransaction)
        const executeSql: Executor['executeSql'] = isOwnPool
          ? (text, values) => statements.run(client, text, values)
          : (text, values) => client.query(text, values)
        const result = await work({ executeSql, isPipelined: isOwnPool })
        await client.query('COMMIT')
        return result
      }),
  }
}

/** Resolves to the reason why a connection is of no use any more, if it is not. */
async function tryRollback(client: PgClient, reason: unknown): Promise<Error | undefined> {
  // Only PostgreSQL itself gives five characters: the connection is there, and its answer was no.
  const hasAnswered = /^[0-9A-Z]{5}$/.test(String((reason as { code?: unknown }).code))
  if (!hasAnswered) return reason as Error
  try {
    await withTimeout(client.query('ROLLBACK'), rollbackTimeoutMs)
    return undefined
  } catch (error) {
    return error as Error
  }
}

const ignore = (): void => {}
