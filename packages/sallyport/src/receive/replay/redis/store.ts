import { SallyportError } from '../../../errors/sallyport-error.ts'
import { toInboxError } from '../../../inbox/bullmq/errors.ts'
import type { ReplayClaim } from '../../replay-terms.ts'
import type { Holder, ReplayStore } from '../shared/store.ts'
import { failGuard } from '../shared/time-limit.ts'
import { createRunScript } from './client.ts'
import type { RedisSettings } from './options.ts'
import { claimScript, commitScript, releaseScript, renewScript, settingsScript, type Script } from './scripts.ts'

const answers: readonly (ReplayClaim | undefined)[] = [undefined, 'claimed', 'duplicate', 'pending']
// Settings may be changed while Redis runs, and the next node of a cluster may have others.
const lookEveryMs = 60_000

/** Events in Redis: one key each, which Redis deletes at the end of its time. */
export function createRedisStore({ client, namespace, eviction }: RedisSettings): ReplayStore {
  const runScript = createRunScript(client)
  let lookedAt = -Infinity

  async function run(script: Script, key: string, ...values: string[]): Promise<unknown> {
    try {
      return await runScript(script, key, ...values)
    } catch (error) {
      throw toFailure(error)
    }
  }

  const toKey = ({ id }: Pick<Holder, 'id'>): string => `sallyport:replay:${namespace}:${id.toString('base64url')}`
  const toValue = ({ claimId }: Holder): string => `claim:${claimId}`

  async function look(key: string): Promise<void> {
    if (eviction === 'as configured') return
    const found = await run(settingsScript, key)
    if (Number(found) !== 1)
      throw failGuard(
        `Redis deletes keys when it has no room (maxmemory-policy is ${String(found)}): set noeviction, or eviction to 'as configured'`,
      )
    lookedAt = performance.now()
  }

  return {
    name: `Redis, ${namespace}${eviction === 'refused' ? '' : ', eviction as configured'}`,
    open: () => look(toKey({ id: Buffer.from('settings') })),
    async claim(holder, leaseMs) {
      const key = toKey(holder)
      if (performance.now() - lookedAt > lookEveryMs) await look(key)
      const reply = await run(claimScript, key, toValue(holder), String(leaseMs))
      const answer = answers[Number(reply)]
      if (answer === undefined) throw failGuard(`the key ${key} of Redis has a value that is not the guard's`)
      return answer
    },
    async commit(holder, { retentionMs }) {
      expectOne(await run(commitScript, toKey(holder), toValue(holder), String(retentionMs)))
    },
    async release(holder) {
      expectOne(await run(releaseScript, toKey(holder), toValue(holder)))
    },
    async renew(holders, leaseMs) {
      await Promise.all(holders.map((holder) => run(renewScript, toKey(holder), toValue(holder), String(leaseMs))))
    },
  }
}

function expectOne(reply: unknown): void {
  if (Number(reply) !== 1) throw failGuard('Redis gave an answer that is none')
}

// Without the client's error: it holds the command that failed, which may be the one with the password.
function toFailure(error: unknown): Error {
  if (SallyportError.is(error)) return error
  const { code, detail } = toInboxError(error)
  if (code === 'INBOX_FULL')
    return new SallyportError('REPLAY_GUARD_FULL', 'replay guard: Redis has reached its maxmemory')
  return failGuard(detail ?? 'Redis failed')
}
