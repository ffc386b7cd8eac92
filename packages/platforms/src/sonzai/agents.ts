import type { CallOptions } from '../http/options.ts'
import type { Transport } from '../http/transport.ts'
import { PlatformError } from '../platform-error.ts'
import { SonzaiWakeup } from './schemas.ts'

/** When and why an agent is to get in touch; either `scheduledAt` or `delayHours`. */
export type WakeupOptions = {
  readonly userId: string
  /** What it is about, in words. */
  readonly context?: string | undefined
  readonly checkType?: string | undefined
  readonly intent?: string | undefined
} & (
  | { /** RFC 3339, or a `Date`. */ readonly scheduledAt: Date | string; readonly delayHours?: undefined }
  | { readonly scheduledAt?: undefined; readonly delayHours: number }
)

/** Calls on an agent. */
export interface SonzaiAgents {
  /**
   * Schedules a wakeup. Never tried again by itself: made twice, the agent would get in touch twice.
   *
   * @throws PlatformError `PLATFORM_OPTION_INVALID` unless exactly one time is given
   */
  scheduleWakeup(agentId: string, options: WakeupOptions, call?: CallOptions): Promise<SonzaiWakeup>
}

/** The calls on agents. */
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
  if ((scheduledAt === undefined) === (delayHours === undefined)) throw invalid('give either scheduledAt or delayHours')
  if (delayHours !== undefined) {
    if (!Number.isFinite(delayHours) || delayHours < 0) throw invalid('delayHours must be a number of 0 or more')
    return { delay_hours: delayHours }
  }
  const text = scheduledAt instanceof Date ? toText(scheduledAt) : scheduledAt
  if (text === undefined || !rfc3339.test(text) || Number.isNaN(Date.parse(text))) {
    throw invalid('scheduledAt must be a time with its zone (RFC 3339)')
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
