import type { Clock } from '../clock.ts'
import { invalidValue } from '../error.ts'
import { createId } from '../identifiers.ts'
import type { Wakeup } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import type { SonzaiNotifications } from './notifications.ts'
import type { WakeupRequest } from './requests.ts'
import type { SonzaiWebhooks } from './webhooks.ts'

/** Selects wakeups. */
export interface WakeupFilter {
  /** Any text; without it, every status. */
  readonly status?: string | undefined
  readonly limit?: number | undefined
}

/** Scheduled wakeups. */
export interface SonzaiWakeups {
  schedule(projectId: string, agentId: string, request: WakeupRequest): Wakeup
  /** Of one agent, newest first. */
  list(agentId: string, filter: WakeupFilter): readonly Wakeup[]
  /** Of all agents, newest first. */
  all(): readonly Wakeup[]
  /** Continues the wakeups in the state. */
  resume(): void
  stop(): void
}

const hourMs = 3_600_000
// One year; more is a mistake.
const mostHours = 24 * 366
const mostKept = 1000
const dateTime = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/

/** Creates the wakeups. A due wakeup sends `on_wakeup_ready` and `agent.wakeup` and adds a notification. */
export function createSonzaiWakeups(
  store: Store,
  clock: Clock,
  webhooks: SonzaiWebhooks,
  notifications: SonzaiNotifications,
): SonzaiWakeups {
  const { wakeups } = store.state.sonzai
  const timers = new Map<string, () => void>()

  function arm(wakeup: Wakeup): void {
    timers.set(
      wakeup.id,
      clock.schedule(Date.parse(wakeup.scheduledAt), () => fire(wakeup)),
    )
  }

  function fire(wakeup: Wakeup): void {
    timers.delete(wakeup.id)
    Object.assign(wakeup, { status: 'executed', executedAt: new Date(clock.now()).toISOString() })
    const { projectId, agentId, userId, details } = wakeup
    const { intent } = details
    const message = `Hey! ${intent}`
    notifications.create({
      agentId,
      userId,
      type: 'wakeup',
      checkType: wakeup.checkType,
      content: message,
      wakeupId: wakeup.id,
      intent,
    })
    const data = { agent_id: agentId, user_id: userId, wakeup: toWakeupBody(wakeup) }
    const ready = { ...data, memory_context: { facts: [] }, has_energy: true, generated_message: message }
    webhooks.trigger(projectId, 'on_wakeup_ready', { data: ready })
    webhooks.trigger(projectId, 'agent.wakeup', { data })
    store.changed()
  }

  return {
    schedule(projectId, agentId, request) {
      const { user_id: userId, scheduled_at, delay_hours, check_type: checkType, ...details } = request
      const now = clock.now()
      const wakeup: Wakeup = {
        id: createId('wk'),
        projectId,
        agentId,
        userId,
        checkType,
        scheduledAt: new Date(toTime(scheduled_at, delay_hours, now)).toISOString(),
        status: 'pending',
        details,
        createdAt: new Date(now).toISOString(),
      }
      wakeups.push(wakeup)
      if (wakeups.length > mostKept) forgetOldest(wakeups)
      arm(wakeup)
      store.changed()
      return wakeup
    },
    list: (agentId, { status, limit }) =>
      wakeups
        .filter((one) => one.agentId === agentId && (status === undefined || one.status === status))
        .toReversed()
        .slice(0, limit),
    all: () => wakeups.toReversed(),
    resume() {
      for (const wakeup of wakeups.filter(({ status }) => status === 'pending')) arm(wakeup)
    },
    stop() {
      for (const cancel of timers.values()) cancel()
      timers.clear()
    },
  }
}

function toTime(scheduledAt: string | undefined, delayHours: number, now: number): number {
  if (delayHours < 0 || delayHours > mostHours) {
    throw invalidValue('body.delay_hours', `must be from 0 to ${mostHours}`)
  }
  if (scheduledAt === undefined) return now + delayHours * hourMs
  const time = dateTime.test(scheduledAt) ? Date.parse(scheduledAt) : Number.NaN
  if (Number.isNaN(time)) throw invalidValue('body.scheduled_at', 'must be an RFC 3339 time')
  if (time > now + mostHours * hourMs) throw invalidValue('body.scheduled_at', 'must be within a year')
  return time
}

function forgetOldest(wakeups: Wakeup[]): void {
  const index = wakeups.findIndex(({ status }) => status === 'executed')
  if (index >= 0) wakeups.splice(index, 1)
}

/** A wakeup as on the wire. */
export function toWakeupBody(wakeup: Wakeup): Record<string, unknown> {
  return {
    ...wakeup.details,
    wakeup_id: wakeup.id,
    agent_id: wakeup.agentId,
    user_id: wakeup.userId,
    check_type: wakeup.checkType,
    scheduled_at: wakeup.scheduledAt,
    status: wakeup.status,
    created_at: wakeup.createdAt,
    executed_at: wakeup.executedAt,
  }
}
