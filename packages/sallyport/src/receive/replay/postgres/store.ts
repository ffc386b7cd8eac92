import { SallyportError } from '../../../errors/sallyport-error.ts'
import { createClients, listenToErrors } from '../../../inbox/pg-boss/clients.ts'
import type { PgPool, Row } from '../../../inbox/pg-boss/postgres.ts'
import type { ReplayClaim } from '../../replay-terms.ts'
import type { Holder, Remembered, ReplayStore } from '../shared/store.ts'
import { failGuard } from '../shared/time-limit.ts'
import type { PostgresSettings } from './options.ts'
import { createRoom } from './room.ts'
import { createSql, stepRows } from './sql.ts'

// Somebody else's transaction, with an isolation that the role's default asks for: worth another try.
const transient = new Set(['40001', '40P01'])
// Another process has made the table since this one last looked: PostgreSQL's caches may not know that yet.
const alreadyThere = new Set(['23505', '42P06', '42P07'])
const guardedPools = new WeakSet<PgPool>()
const tries = 3

/** Events in a table of PostgreSQL. */
export function createPostgresStore({ pool, namespace, schema, capacity, timeoutMs }: PostgresSettings): ReplayStore {
  // An idle connection that is lost would end the process.
  if (!guardedPools.has(pool)) listenToErrors(pool)
  guardedPools.add(pool)
  const withClient = createClients(pool, timeoutMs)
  const sql = createSql(schema)

  async function query(text: string, values: readonly unknown[] = []): Promise<readonly Row[] & { changed?: number }> {
    for (let tried = 1; ; tried++) {
      try {
        // No name: a pooler may give each statement another connection.
        const result = await withClient((client) => client.query(text, [...values]))
        return Object.assign(result.rows, { changed: Number((result as { rowCount?: unknown }).rowCount) })
      } catch (error) {
        if (tried === tries || !transient.has(codeOf(error))) throw toFailure(error)
      }
    }
  }

  const isThere = async (): Promise<boolean> => (await query(sql.find))[0]?.['found'] === true
  const count = async (): Promise<number> => Number((await query(sql.count))[0]?.['held'])
  const room = createRoom(
    {
      deleteExpired: async () => (await query(sql.deleteExpired)).changed === stepRows,
      deleteOldest: async (most) => void (await query(sql.deleteOldest, [most])),
      count,
    },
    capacity,
  )

  async function claim(
    { id, claimId }: Holder,
    leaseMs: number,
    { minimumMs }: Remembered,
    hasRoom: boolean,
  ): Promise<ReplayClaim | 'full'> {
    const claimed = await query(hasRoom ? sql.claim : sql.claimKnown, [id, claimId, leaseMs, minimumMs])
    if (claimed.length > 0) return 'claimed'
    const [known] = await query(sql.look, [id])
    if (known === undefined) return hasRoom ? 'pending' : 'full'
    return known['done'] === true ? 'duplicate' : 'pending'
  }

  return {
    name: `PostgreSQL, ${schema}.replay_guard, ${namespace}`,
    async open() {
      if (await isThere()) return
      // Several statements in one text: the protocol takes no values then.
      await withClient((client) => client.query(sql.create)).catch(async (error: unknown) => {
        if (!alreadyThere.has(codeOf(error)) || !(await isThere())) throw toFailure(error)
      })
    },
    async claim(holder, leaseMs, times) {
      let answer = await claim(holder, leaseMs, times, await room.check())
      // Only for an event that is new: the oldest one may be this one.
      if (answer === 'full' && (await room.make())) answer = await claim(holder, leaseMs, times, true)
      if (answer === 'full')
        throw new SallyportError(
          'REPLAY_GUARD_FULL',
          `replay guard: all ${capacity} events are needed; raise its capacity`,
        )
      if (answer === 'claimed') room.note()
      return answer
    },
    async commit({ id, claimId }, { retentionMs, minimumMs }) {
      const committed = await query(sql.commit, [id, claimId, retentionMs])
      if (committed.length === 0) await query(sql.commitLate, [id, retentionMs, minimumMs])
    },
    async release({ id, claimId }) {
      await query(sql.release, [id, claimId])
    },
    async renew(holders, leaseMs) {
      await query(sql.renew, [holders.map(({ id }) => id), holders.map(({ claimId }) => claimId), leaseMs])
    },
    usage: async () => ({ held: await count(), capacity }),
  }
}

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code)

// PostgreSQL's own words may quote rows, so only its code is shown.
function toFailure(error: unknown): SallyportError {
  if (SallyportError.is(error) && error.code === 'REPLAY_GUARD_FAILED') return error
  const code = codeOf(error)
  const advice: Readonly<Record<string, string>> = {
    '25006': 'PostgreSQL: 25006, the database is read-only',
    '42501': `PostgreSQL: 42501, the role lacks a privilege for the table`,
    '42703': 'PostgreSQL: 42703, the table has other columns; was it made by another version of sallyport?',
    '53100': 'PostgreSQL: 53100, the disk is full',
  }
  const detail = /^[0-9A-Z]{5}$/.test(code) ? (advice[code] ?? `PostgreSQL: ${code}`) : 'PostgreSQL did not answer'
  return failGuard(detail, error)
}
