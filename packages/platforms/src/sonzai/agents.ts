import { withIds } from '../http/list-answer.ts'
import type { CallOptions } from '../http/options.ts'
import type { Transport } from '../http/transport.ts'
import { SonzaiWakeup, SonzaiWakeupList, wakeupIds } from './schemas.ts'
import { toWakeupBody, type WakeupOptions } from './wakeup-body.ts'

/** Selects wakeups. */
export interface WakeupsOptions {
  /** Free text, such as `pending`. @default every status */
  readonly status?: string | undefined
  /** Most wakeups in the answer, 1 to 500. @default the platform's, 50 */
  readonly limit?: number | undefined
}

/** Calls about an agent. */
export interface SonzaiAgents {
  /**
   * Schedules a wakeup. Never retried: two calls would contact the user twice.
   *
   * @throws PlatformError `PLATFORM_OPTION_INVALID` unless exactly one time and one intent are given
   */
  scheduleWakeup(agentId: string, options: WakeupOptions, call?: CallOptions): Promise<SonzaiWakeup>
  /** Lists the wakeups of an agent. */
  getWakeups(
    agentId: string,
    options?: WakeupsOptions,
    call?: CallOptions,
  ): Promise<{ readonly wakeups: readonly SonzaiWakeup[] }>
}

/** Creates the calls about agents. */
export function createAgents(transport: Transport, now: () => number): SonzaiAgents {
  return {
    async scheduleWakeup(agentId, options, call) {
      const body = toWakeupBody(options, now())
      const path = ['agents', agentId, 'wakeups']
      return transport(
        { operation: 'agents.scheduleWakeup', method: 'POST', path, body, answer: withIds(SonzaiWakeup, wakeupIds) },
        call,
      )
    },
    getWakeups: (agentId, { status, limit } = {}, call) =>
      transport(
        {
          operation: 'agents.getWakeups',
          method: 'GET',
          path: ['agents', agentId, 'wakeups'],
          query: { status, limit },
          answer: SonzaiWakeupList,
        },
        call,
      ),
  }
}
