import { withTimeout } from '../inbox-error.ts'
import type { PgClient, PgPool } from './postgres.ts'

const rollbackTimeoutMs = 1_000

/** Works with a connection of a pool, which goes back afterwards. */
export type WithClient = <Result>(work: (client: PgClient) => Promise<Result>) => Promise<Result>

/**
 * Hands out connections. What does not answer in time fails with `INBOX_TIMEOUT`, and its connection is closed.
 *
 * @param timeoutMs milliseconds for a connection, and again for the work
 */
export function createClients(pool: Pick<PgPool, 'connect'>, timeoutMs: number): WithClient {
  async function connect(): Promise<PgClient> {
    const connecting = pool.connect()
    return withTimeout(connecting, timeoutMs).catch((error: unknown) => {
      // It came too late, but it came.
      connecting.then((client) => client.release(), ignore)
      throw error
    })
  }

  return async (work) => {
    const client = await connect()
    // A pool of another kind may not have told.
    guardClient(client)
    let failure: Error | undefined
    try {
      return await withTimeout(work(client), timeoutMs)
    } catch (error) {
      failure = await tryRollback(client, error)
      throw error
    } finally {
      client.release(failure)
    }
  }
}

/** Resolves to the reason why a connection is unusable, if it is. */
async function tryRollback(client: PgClient, reason: unknown): Promise<Error | undefined> {
  // Only PostgreSQL itself answers with five characters: the connection works.
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

const guarded = new WeakSet<PgClient>()

/** A lost connection without a listener would end the process. A caller gets the error from its own call. */
export function guardClient(client: PgClient): void {
  if (guarded.has(client)) return
  guarded.add(client)
  client.on('error', ignore)
}

/**
 * Listens to the errors of a pool and of its clients, from before they are handed out: one packet can hold what makes the pool
 * hand a client out and, after that, the end of its connection, too early for a listener that the caller adds.
 *
 * @returns what stops it; clients keep their listeners
 */
export function listenToErrors(pool: PgPool): () => void {
  pool.on('error', ignore)
  pool.on('acquire', guardClient)
  return () => {
    pool.removeListener('error', ignore)
    pool.removeListener('acquire', guardClient)
  }
}
