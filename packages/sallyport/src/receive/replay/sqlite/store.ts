import { setTimeout as wait } from 'node:timers/promises'
import { SallyportError } from '../../../errors/sallyport-error.ts'
import { isBusy, isFull, isOfConnection, toFailure as toInboxFailure } from '../../../inbox/sqlite/errors.ts'
import type { ReplayClaim } from '../../replay-terms.ts'
import type { ReplayStore } from '../shared/store.ts'
import { failGuard } from '../shared/time-limit.ts'
import { openFile, type OpenFile } from './open.ts'
import type { SqliteSettings } from './options.ts'
import * as sql from './sql.ts'

const busyWaitMs = 5

/** Events in a file of SQLite. A call takes some microseconds, and waits only while another process writes. */
export function createSqliteStore({
  path,
  capacity,
  timeoutMs,
}: SqliteSettings): ReplayStore & { close(): Promise<void> } {
  let file: OpenFile | undefined

  /** Waits for other processes without blocking the event loop. */
  async function whenFree<Result>(work: () => Result): Promise<Result> {
    const end = performance.now() + timeoutMs
    for (;;) {
      try {
        return work()
      } catch (error) {
        if (!isBusy(error) || performance.now() > end) throw toFailure(error)
        await wait(busyWaitMs)
      }
    }
  }

  function run<Result>(work: (statements: OpenFile['statements'], now: number) => Result): Promise<Result> {
    return whenFree(() => {
      file ??= openFile(path)
      const { statements, inTransaction } = file
      try {
        return inTransaction(() => work(statements, Date.now()))
      } catch (error) {
        if (isOfConnection(error)) void close()
        throw error
      }
    })
  }

  async function close(): Promise<void> {
    const closing = file
    file = undefined
    await closing?.close()
  }

  return {
    name: `SQLite, ${path}`,
    async open() {
      await run(() => {})
    },
    claim: ({ id, claimId }, leaseMs, { minimumMs }) =>
      run(({ prepare, run: change, number }, now): ReplayClaim => {
        const known = prepare(sql.find).get(id) as { claim_id: string | null; expires_at: number } | undefined
        if (known !== undefined && known.expires_at > now && known.claim_id !== claimId)
          return known.claim_id === null ? 'duplicate' : 'pending'
        change(sql.deleteExpired, now)
        if (number(sql.count)! >= capacity && change(sql.deleteOldest, now) === 0)
          throw new SallyportError(
            'REPLAY_GUARD_FULL',
            `replay guard: all ${capacity} events are needed; raise its capacity`,
          )
        change(sql.take, id, claimId, now + leaseMs, now + minimumMs)
        return 'claimed'
      }),
    commit: ({ id, claimId }, { retentionMs, minimumMs }) =>
      run(({ run: change }, now) => {
        change(sql.commit, id, claimId, now + retentionMs, now + minimumMs, now)
      }),
    release: ({ id, claimId }) =>
      run(({ run: change }) => {
        change(sql.release, id, claimId)
      }),
    renew: (holders, leaseMs) =>
      run(({ run: change }, now) => {
        for (const { id, claimId } of holders) change(sql.renew, now + leaseMs, id, claimId)
      }),
    usage: () => run(({ number }) => ({ held: number(sql.count)!, capacity })),
    close,
  }
}

function toFailure(error: unknown): SallyportError {
  if (SallyportError.is(error)) return error
  if (isFull(error)) return failGuard('SQLite: the disk is full', error)
  return failGuard(toInboxFailure(error).detail ?? 'SQLite failed', error)
}
