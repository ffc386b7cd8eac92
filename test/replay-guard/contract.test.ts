import { describeReplayGuard } from '@sallyport/contracts'
import { afterAll, describe } from 'vitest'
import { hasDatabase } from '../support/inbox/pg-boss-database.ts'
import { createMemorySubject } from '../support/replay-guard/memory-subject.ts'
import { openPostgresSubject } from '../support/replay-guard/postgres-subject.ts'
import { hasRedis, openRedisSubject } from '../support/replay-guard/redis-subject.ts'
import { openSqliteSubject } from '../support/replay-guard/sqlite-subject.ts'

// What the contract says about a store that fails waits for its time limits: that is a long test.

describeReplayGuard('in memory', createMemorySubject())

const sqlite = openSqliteSubject()
afterAll(sqlite.close)
describeReplayGuard('in SQLite', { ...sqlite.subject, interrupt: undefined })

describe.runIf(await hasRedis())('over Redis', async () => {
  for (const kind of ['ioredis', 'node-redis'] as const) {
    const { subject, close } = await openRedisSubject(kind)
    afterAll(close)
    describeReplayGuard(`in Redis, by ${kind}`, { ...subject, interrupt: undefined })
  }
})

describe.runIf(await hasDatabase())('over PostgreSQL', async () => {
  const { subject, close } = await openPostgresSubject()
  afterAll(close)
  describeReplayGuard('in PostgreSQL', { ...subject, interrupt: undefined })
})
