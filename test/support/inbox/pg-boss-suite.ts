import type { Engine } from 'sallyport/inbox'
import { createPgBossEngine, type PgBossEngineOptions } from 'sallyport/inbox/pg-boss'
import { afterAll, afterEach, describe } from 'vitest'
import { administer, databaseUrl, hasDatabase, ownName } from './pg-boss-database.ts'

/** Shared by the tests of one file. */
export interface Suite {
  readonly schema: string
  /** A queue for this test only. */
  createQueue(): string
  /** Creates an engine; it stops after the test. */
  createEngine(options?: Partial<PgBossEngineOptions>): Engine
}

const isThere = await hasDatabase()

/** Describes tests over a separate schema, if there is a database. */
export function describeSuite(name: string, tests: (suite: Suite) => void): void {
  describe.runIf(isThere)(name, () => {
    const schema = ownName('test')
    let engines: Engine[] = []
    afterEach(async () => {
      await Promise.all(engines.map((engine) => engine.stop({ drainMs: 0 })))
      engines = []
    })
    afterAll(() => administer(`DROP SCHEMA IF EXISTS ${schema} CASCADE`))
    tests({
      schema,
      createQueue: () => ownName('queue'),
      createEngine(options) {
        const engine = createPgBossEngine({
          ...(options?.db === undefined ? { connectionString: databaseUrl, maxConnections: 4 } : undefined),
          schema,
          queue: ownName('queue'),
          pollMs: 50,
          ...options,
        } as PgBossEngineOptions)
        engines.push(engine)
        return engine
      },
    })
  })
}
