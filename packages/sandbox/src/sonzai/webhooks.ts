import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery } from 'sallyport/testing'
import type { Clock } from '../clock.ts'
import type { Courier } from '../delivery/courier.ts'
import type { DeliveryAttempt, Job, Route, TriggeredDelivery } from '../delivery/delivery.ts'
import { toFaults, type FaultInput } from '../delivery/faults.ts'
import { checkReceiverUrl } from '../check-url.ts'
import { invalidValue, SandboxError } from '../error.ts'
import { createId, createSigningSecret } from '../identifiers.ts'
import type { SonzaiWebhook } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import { createExample } from './example.ts'

/** A Sonzai webhook to register. */
export interface SonzaiWebhookOptions {
  readonly webhookUrl: string
  /** Sent as it is in `Authorization`. */
  readonly authHeader?: string | undefined
}

/** Options of `sandbox.sonzai.trigger`. */
export interface SonzaiTrigger {
  /** The project of the event. @default the project of the default key */
  readonly projectId?: string | undefined
  /** Fields of the body except `event_type`; they override those of a realistic example. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  /** Faults of this delivery. */
  readonly faults?: readonly FaultInput[] | undefined
}

/** Sonzai's webhooks and their deliveries. */
export interface SonzaiWebhooks {
  register(projectId: string, eventType: string, webhook: SonzaiWebhookOptions): { signingSecret?: string | undefined }
  list(projectId: string): readonly SonzaiWebhook[]
  remove(projectId: string, eventType: string): void
  rotate(projectId: string, eventType: string): { signingSecret: string }
  /** Newest first. */
  attempts(projectId: string, eventType: string): readonly DeliveryAttempt[]
  setFaults(projectId: string, eventType: string, faults: readonly FaultInput[]): void
  trigger(projectId: string, eventType: string, options: Omit<SonzaiTrigger, 'projectId'>): TriggeredDelivery[]
}

const provider = sonzai()

/** The event types of the platform's documents, and those the service sends. */
export const sonzaiEventTypes: readonly string[] = Object.keys(provider.events)

/** Keeps one webhook per project and event type, and sends events to them. */
export function createSonzaiWebhooks(store: Store, clock: Clock, courier: Courier): SonzaiWebhooks {
  const { webhooks } = store.state.sonzai
  const isoNow = (): string => new Date(clock.now()).toISOString()
  const find = (target: string) => webhooks.find((webhook) => targetOf(webhook) === target)

  function get(projectId: string, eventType: string): SonzaiWebhook {
    const webhook = find(targetOf({ projectId, eventType }))
    if (webhook === undefined) throw new SandboxError('NOT_FOUND', `no webhook is registered for ${eventType}`)
    return webhook
  }

  courier.routes.set('sonzai', {
    retries: true,
    find,
    sign: (job, signing) => sign(find(job.target)!, job, signing),
  })

  return {
    register(projectId, eventType, { webhookUrl, authHeader }) {
      if (!/^[A-Za-z][\w.-]{0,99}$/.test(eventType)) throw invalidValue('path.eventType', 'must be an event name')
      const url = checkReceiverUrl('body.webhook_url', webhookUrl)
      if (authHeader !== undefined && !/^[\x20-\x7e]+$/.test(authHeader)) {
        throw invalidValue('body.auth_header', 'must be printable ASCII')
      }
      const known = find(targetOf({ projectId, eventType }))
      const now = isoNow()
      store.changed()
      if (known) {
        Object.assign(known, { url, authHeader, updatedAt: now })
        return {}
      }
      const secret = createSigningSecret()
      webhooks.push({ projectId, eventType, url, authHeader, secret, createdAt: now, updatedAt: now, faults: [] })
      return { signingSecret: secret }
    },
    list: (projectId) => webhooks.filter((webhook) => webhook.projectId === projectId),
    remove(projectId, eventType) {
      webhooks.splice(webhooks.indexOf(get(projectId, eventType)), 1)
      store.changed()
    },
    rotate(projectId, eventType) {
      const webhook = get(projectId, eventType)
      Object.assign(webhook, { secret: createSigningSecret(), updatedAt: isoNow() })
      store.changed()
      return { signingSecret: webhook.secret }
    },
    attempts(projectId, eventType) {
      const target = targetOf(get(projectId, eventType))
      return store.state.attempts
        .filter((attempt) => attempt.platform === 'sonzai' && attempt.target === target)
        .toReversed()
    },
    setFaults(projectId, eventType, faults) {
      get(projectId, eventType).faults = toFaults(faults)
      store.changed()
    },
    trigger(projectId, eventType, { data = {}, faults = [] }) {
      const webhook = find(targetOf({ projectId, eventType }))
      if (webhook === undefined) return []
      const content = { ...createExample(eventType, clock.now()), ...data, event_type: eventType }
      const job = { id: createId('del'), platform: 'sonzai' as const, target: targetOf(webhook), eventType, content }
      return [courier.send({ ...job, faults: toFaults(faults), attempts: 0, dueAt: clock.now() })]
    },
  }
}

function targetOf({ projectId, eventType }: Pick<SonzaiWebhook, 'projectId' | 'eventType'>): string {
  return `${projectId}/${eventType}`
}

function sign(webhook: SonzaiWebhook, job: Job, { now, ageMs, isForged }: Parameters<Route['sign']>[1]) {
  const { plainHeaders, body } = signDelivery(provider, {
    type: job.eventType,
    body: job.content,
    secret: isForged ? createSigningSecret() : webhook.secret,
    now: now - ageMs,
    headers: { Authorization: webhook.authHeader },
  })
  return { headers: plainHeaders, body }
}
