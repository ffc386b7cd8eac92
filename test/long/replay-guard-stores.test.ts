import { describeReplayGuard } from '@sallyport/contracts'
import { afterAll, describe } from 'vitest'
import { hasDatabase } from '../support/inbox/pg-boss-database.ts'
import { openPostgresSubject } from '../support/replay-guard/postgres-subject.ts'
import { clientKinds, hasRedis, openRedisSubject } from '../support/replay-guard/redis-subject.ts'
import { openSqliteSubject } from '../support/replay-guard/sqlite-subject.ts'

// With stores that are closed and silent, which the contract in `npm test` leaves out.

const sqlite = openSqliteSubject()
afterAll(sqlite.close)
describeReplayGuard('in SQLite', sqlite.subject)

describe.runIf(await hasRedis())('over Redis', async () => {
  for (const kind of Object.keys(clientKinds) as (keyof typeof clientKinds)[]) {
    const { subject, close } = await openRedisSubject(kind)
    afterAll(close)
    describeReplayGuard(`in Redis, by ${kind}`, subject)
  }
})

describe.runIf(await hasDatabase())('over PostgreSQL', async () => {
  const { subject, close } = await openPostgresSubject()
  afterAll(close)
  describeReplayGuard('in PostgreSQL', subject)
})
