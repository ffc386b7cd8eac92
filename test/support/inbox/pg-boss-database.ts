import { randomBytes } from 'node:crypto'
import { Pool, type PoolClient } from 'pg'

/** The PostgreSQL that tests may use. */
export const databaseUrl = process.env['DATABASE_URL'] ?? 'postgres://root@127.0.0.1:5432/test'

/** A unique name for schemas, roles and databases. */
export function ownName(purpose: string): string {
  return `sallyport_${purpose}_${randomBytes(5).toString('hex')}`
}

/** Whether there is a PostgreSQL; prints what is skipped if not. */
export async function hasDatabase(): Promise<boolean> {
  const pool = new Pool({ connectionString: databaseUrl, connectionTimeoutMillis: 3_000, max: 1 })
  try {
    await pool.query('SELECT 1')
    return true
  } catch (error) {
    const reason = error instanceof Error ? ((error as { code?: string }).code ?? error.message) : String(error)
    console.warn(
      `\nSKIPPED: every test of the PostgreSQL engine. No database at DATABASE_URL or its default (${reason}).\n`,
    )
    return false
  } finally {
    await pool.end()
  }
}

/** Runs statements over a separate connection. */
export async function administer(...statements: readonly string[]): Promise<void> {
  await withPool(async (pool) => {
    for (const statement of statements) await pool.query(statement)
  })
}

/** Number of rows a query finds. */
export function countRows(query: string): Promise<number> {
  return withPool(async (pool) => (await pool.query(query)).rows.length)
}

/** Works in a user's transaction, which then commits or rolls back; if the work fails, its connection closes. */
export async function inTransaction(
  end: 'commit' | 'rollback',
  work: (client: PoolClient) => Promise<void>,
  url = databaseUrl,
): Promise<void> {
  await withPool(async (pool) => {
    const client = await pool.connect()
    try {
      await client.query('BEGIN')
      await work(client)
      await client.query(end)
    } finally {
      client.release()
    }
  }, url)
}

async function withPool<Result>(work: (pool: Pool) => Promise<Result>, url = databaseUrl): Promise<Result> {
  const pool = new Pool({ connectionString: url, max: 1 })
  try {
    return await work(pool)
  } finally {
    await pool.end()
  }
}
