import { createSqliteEngine, type Engine, type SqliteEngineOptions } from 'sallyport/inbox'
import { createBullMqEngine, type BullMqEngineOptions } from 'sallyport/inbox/bullmq'
import { createPgBossEngine, type PgBossEngineOptions } from 'sallyport/inbox/pg-boss'

/** An engine and its options as plain data, to be given to another process. */
export type EngineChoice =
  | { readonly engine: 'sqlite'; readonly options: SqliteEngineOptions }
  | { readonly engine: 'pg-boss'; readonly options: PgBossEngineOptions }
  | { readonly engine: 'bullmq'; readonly options: BullMqEngineOptions }

export function openEngine({ engine, options }: EngineChoice): Engine {
  if (engine === 'sqlite') return createSqliteEngine(options)
  if (engine === 'pg-boss') return createPgBossEngine(options)
  return createBullMqEngine(options)
}
