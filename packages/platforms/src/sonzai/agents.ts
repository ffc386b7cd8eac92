import type { CallOptions } from '../http/options.ts'
import type { Transport } from '../http/transport.ts'
import { PlatformError } from '../platform-error.ts'
import { SonzaiWakeup } from './schemas.ts'

/** When and why an agent should contact a user; pass either `scheduledAt` or `delayHours`. */
export type WakeupOptions = {
  readonly userId: string
  /** The topic, in words. */
  readonly context?: string | undefined
  readonly checkType?: string | undefined
  readonly intent?: string | undefined
} & (
  | { /** RFC 3339, or a `Date`. */ readonly scheduledAt: Date | string; readonly delayHours?: undefined }
  | { readonly scheduledAt?: undefined; readonly delayHours: number }
)

/** Calls about an agent. */
export interface SonzaiAgents {
  /**
   * Schedules a wakeup. Never retried: two calls would contact the user twice.
   *
   * @throws PlatformError `PLATFORM_OPTION_INVALID` unless exactly one time is given
   */
  scheduleWakeup(agentId: string, options: WakeupOptions, call?: CallOptions): Promise<SonzaiWakeup>
}

/** Creates the calls about agents. */
export function createAgents(transport: Transport): SonzaiAgents {
  return {
    async scheduleWakeup(agentId, options, call) {
      const { userId, context, checkType, intent } = options
      const body = { user_id: userId, ...toTime(options), context, check_type: checkType, intent }
      const path = ['agents', agentId, 'wakeups']
      return transport({ operation: 'agents.scheduleWakeup', method: 'POST', path, body, answer: SonzaiWakeup }, call)
    },
  }
}

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/

function toTime({ scheduledAt, delayHours }: WakeupOptions): { scheduled_at: string } | { delay_hours: number } {
  if ((scheduledAt === undefined) === (delayHours === undefined)) throw invalid('pass either scheduledAt or delayHours')
  if (delayHours !== undefined) {
    if (!Number.isFinite(delayHours) || delayHours < 0) throw invalid('delayHours must be a number from 0')
    return { delay_hours: delayHours }
  }
  const text = scheduledAt instanceof Date ? toText(scheduledAt) : scheduledAt
  if (text === undefined || !rfc3339.test(text) || Number.isNaN(Date.parse(text))) {
    throw invalid('scheduledAt must be an RFC 3339 time with a time zone')
  }
  return { scheduled_at: text }
}

function toText(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}

function invalid(detail: string): PlatformError {
  return new PlatformError('PLATFORM_OPTION_INVALID', {
    platform: 'sonzai',
    operation: 'agents.scheduleWakeup',
    detail,
  })
}
