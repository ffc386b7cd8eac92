import { createSharedGuard, type SharedReplayGuard } from '../shared/shared-guard.ts'
import { toSettings, type RedisReplayGuardOptions } from './options.ts'
import { createRedisStore } from './store.ts'

export type { IoredisClient, NodeRedisClient, RedisClient } from './client.ts'
export type { RedisReplayGuardOptions } from './options.ts'
export type { SharedReplayGuard } from '../shared/shared-guard.ts'

/**
 * A replay guard for several processes, in Redis 6.2 or newer, or what speaks its protocol: one key per event, claimed by one script.
 * The clock of Redis decides when claims and events end. Without an answer of Redis the sender gets 503, never a pass.
 *
 * @throws SallyportError `OPTION_INVALID`; from `ready` `REPLAY_GUARD_FAILED`, also where Redis may delete keys when it has no room
 * @example
 * const replayGuard = createRedisReplayGuard({ client: new Redis(process.env.REDIS_URL), namespace: 'shop' })
 * const receiver = createReceiver(stripe(), { secret, replayGuard })
 */
export function createRedisReplayGuard(options: RedisReplayGuardOptions): SharedReplayGuard {
  const settings = toSettings(options)
  return createSharedGuard(createRedisStore(settings), settings.namespace, settings)
}
