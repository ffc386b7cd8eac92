export { createPgBossEngine } from './engine.ts'
export type { PgBossConnection, PgBossEngineOptions } from './options.ts'
export type { PgClient, PgPool, PgTransaction, Row } from './postgres.ts'
