import { allow } from '../../../options/allow.ts'
import { checkOptions, type OptionRules } from '../../../options/check-options.ts'
import {
  namespaceRule,
  sharedRules,
  toSharedSettings,
  type SharedReplayGuardOptions,
  type SharedSettings,
} from '../shared/options.ts'
import { clientRule, type RedisClient } from './client.ts'

/** Options of `createRedisReplayGuard`. */
export interface RedisReplayGuardOptions extends SharedReplayGuardOptions {
  /** A client of `ioredis` or `redis` (node-redis), a pool or a cluster of it. You close it yourself. */
  readonly client: RedisClient
  /**
   * Name of your application: processes with the same one share their events. Two applications that get the same events need two
   * names, or each event reaches only one of them.
   */
  readonly namespace: string
  /**
   * `'as configured'` takes a Redis that deletes keys when it has no room, or whose settings cannot be read: a deleted event can be
   * replayed. `describe()` shows it. @default 'refused'
   */
  readonly eviction?: 'refused' | 'as configured' | undefined
}

const rules: OptionRules<RedisReplayGuardOptions> = {
  client: clientRule,
  namespace: namespaceRule,
  eviction: allow.oneOf('refused', 'as configured'),
  ...sharedRules,
}

/** Options with every default filled in. */
export interface RedisSettings extends SharedSettings {
  readonly client: RedisClient
  readonly namespace: string
  readonly eviction: 'refused' | 'as configured'
}

/** Fills in defaults. @throws SallyportError `OPTION_INVALID` */
export function toSettings(options: RedisReplayGuardOptions): RedisSettings {
  checkOptions('createRedisReplayGuard', options, rules)
  const { client, namespace, eviction = 'refused' } = options
  return { client, namespace, eviction, ...toSharedSettings(options) }
}
