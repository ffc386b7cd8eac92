/** One row, by column name. */
export type Row = Readonly<Record<string, unknown>>

/**
 * A transaction of yours, for `engine.insert(events, transaction)`: a client of `pg` after `BEGIN`, or anything with its `query`.
 *
 * @example
 * await client.query('BEGIN')
 * await engine.insert([event], client)
 * await client.query('COMMIT')
 */
export interface PgTransaction {
  query(text: string, values?: unknown[]): Promise<{ rows: Row[] }>
}

/** A client of a `PgPool`. */
export interface PgClient extends PgTransaction {
  /** @param error makes the pool end the connection instead of keeping it */
  release(error?: Error | boolean): void
  on(event: 'error', listener: (error: Error) => void): unknown
}

/**
 * A pool of yours: `Pool` of `pg`, or anything with these members of it.
 *
 * @example
 * createPgBossEngine({ db: new Pool({ connectionString, keepAlive: true }) })
 */
export interface PgPool extends PgTransaction {
  connect(): Promise<PgClient>
  on(event: 'error', listener: (error: Error) => void): unknown
  /** Calls the listener with each client, before it is handed out. */
  on(event: 'acquire', listener: (client: PgClient) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'acquire', listener: (client: PgClient) => void): unknown
}

/** Whether something is a transaction that `insert` can join. */
export function isPgTransaction(value: unknown): value is PgTransaction {
  return typeof (value as PgTransaction | null | undefined)?.query === 'function'
}
