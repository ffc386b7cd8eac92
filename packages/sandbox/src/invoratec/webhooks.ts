import { invoratec } from 'sallyport/providers/invoratec'
import { fixtures, signDelivery } from 'sallyport/testing'
import { checkReceiverUrl } from '../check-url.ts'
import type { Clock } from '../clock.ts'
import type { Courier } from '../delivery/courier.ts'
import type { DeliveryAttempt, Job, Route, TriggeredDelivery } from '../delivery/delivery.ts'
import { toFaults, type FaultInput } from '../delivery/faults.ts'
import { invalidValue, SandboxError } from '../error.ts'
import { createDocumentId, createId } from '../identifiers.ts'
import type { InvoratecWebhook } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import { invoratecEventTypes, matchesFilter, toCause } from './events.ts'
import type { LoggedCall } from './logs.ts'

/** A webhook to register; fields as on the wire. */
export interface InvoratecWebhookInput {
  readonly event?: unknown
  readonly url?: unknown
  /** Deliveries are only signed with one. */
  readonly secret?: unknown
  readonly filter?: unknown
}

/** Options of `sandbox.invoratec.trigger`. */
export interface InvoratecTrigger {
  /** Fields of the event's data; they override those of a realistic example. */
  readonly data?: Readonly<Record<string, unknown>> | undefined
  /** Faults of these deliveries. */
  readonly faults?: readonly FaultInput[] | undefined
}

/** Invoratec's webhooks and their deliveries. */
export interface InvoratecWebhooks {
  register(developerId: string, webhook: InvoratecWebhookInput): InvoratecWebhook
  list(developerId: string): readonly InvoratecWebhook[]
  /** Of every developer. */
  all(): readonly InvoratecWebhook[]
  remove(developerId: string, id: string): void
  /** Newest first; without an id, of all webhooks. */
  attempts(id?: string): readonly DeliveryAttempt[]
  setFaults(id: string, faults: readonly FaultInput[]): void
  /** Sends an event to every webhook whose filter it matches. */
  trigger(event: string, options: InvoratecTrigger): TriggeredDelivery[]
}

const provider = invoratec()

/** Creates the webhooks and sends events to those that match. */
export function createInvoratecWebhooks(
  store: Store,
  clock: Clock,
  courier: Courier,
  logCall: (call: Omit<LoggedCall, 'userId'>) => void,
): InvoratecWebhooks {
  const { webhooks } = store.state.invoratec
  const find = (id: string) => webhooks.find((webhook) => webhook.id === id)
  let lastEventAt = 0

  function get(id: string): InvoratecWebhook {
    const webhook = find(id)
    if (webhook === undefined) throw new SandboxError('NOT_FOUND', `there is no webhook ${id}`)
    return webhook
  }

  courier.routes.set('invoratec', {
    retries: true,
    find,
    sign: (job, signing) => sign(find(job.target)!, job, signing),
    onAttempt(id, { status, createdAt }) {
      const webhook = find(id)
      if (webhook === undefined) return
      webhook.lastTriggered = createdAt
      webhook.failCount = status === 'success' ? 0 : webhook.failCount + 1
    },
  })

  return {
    register(developerId, { event, url, secret, filter = {} }) {
      if (typeof event !== 'string' || event === '') throw invalidValue('event', 'is required')
      if (!invoratecEventTypes.includes(event))
        throw invalidValue('event', `is not one of ${invoratecEventTypes.join(', ')}`)
      const checkedUrl = checkReceiverUrl('url', url)
      if (secret !== undefined && secret !== null && typeof secret !== 'string')
        throw invalidValue('secret', 'must be text')
      if (typeof filter !== 'object' || filter === null || Array.isArray(filter))
        throw invalidValue('filter', 'must be an object')
      const webhook: InvoratecWebhook = {
        id: createDocumentId(),
        developerId,
        event,
        url: checkedUrl,
        secret: secret || undefined,
        filter: filter as Record<string, unknown>,
        createdAt: new Date(clock.now()).toISOString(),
        lastTriggered: null,
        failCount: 0,
        faults: [],
      }
      webhooks.push(webhook)
      store.changed()
      return webhook
    },
    list: (developerId) => webhooks.filter((webhook) => webhook.developerId === developerId),
    all: () => webhooks,
    remove(developerId, id) {
      const webhook = get(id)
      // Do not reveal the webhooks of other developers.
      if (webhook.developerId !== developerId) throw new SandboxError('NOT_FOUND', `there is no webhook ${id}`)
      webhooks.splice(webhooks.indexOf(webhook), 1)
      store.changed()
    },
    attempts: (id) =>
      store.state.attempts
        .filter(({ platform, target }) => platform === 'invoratec' && (id === undefined || target === id))
        .toReversed(),
    setFaults(id, faults) {
      get(id).faults = toFaults(faults)
      store.changed()
    },
    trigger(event, { data, faults = [] }) {
      if (!invoratecEventTypes.includes(event))
        throw invalidValue('event', `is not one of ${invoratecEventTypes.join(', ')}`)
      // Each event gets its own time: bodies have no id, so receivers tell events apart by time.
      lastEventAt = Math.max(clock.now(), lastEventAt + 1)
      const example = fixtures['invoratec']?.[event]?.({ now: new Date(lastEventAt), id: '', type: event })
      const content = example as Record<string, unknown> & { data: object }
      const complete = { ...content, data: { ...content.data, ...data } }
      const checkedFaults = toFaults(faults)
      const cause = toCause(event, complete.data)
      if (cause) logCall(cause)
      return webhooks
        .filter((webhook) => webhook.event === event && matchesFilter(webhook.filter, complete.data))
        .map(({ id: target }) => {
          const job = {
            id: createId('del'),
            platform: 'invoratec' as const,
            target,
            eventType: event,
            content: complete,
          }
          return courier.send({ ...job, faults: checkedFaults, attempts: 0, dueAt: clock.now() })
        })
    },
  }
}

function sign({ secret }: InvoratecWebhook, job: Job, { now, ageMs, isForged }: Parameters<Route['sign']>[1]) {
  const time = new Date(Date.parse(String(job.content['timestamp'])) - ageMs).toISOString()
  const { plainHeaders, body } = signDelivery(provider, {
    type: job.eventType,
    // The header has the time of this attempt; the body keeps the event's.
    now: now - ageMs,
    body: { ...job.content, timestamp: time },
    secret: isForged ? createDocumentId() : (secret ?? 'none'),
    // Without a secret, the platform does not sign.
    headers: secret === undefined ? { 'X-Webhook-Signature': undefined } : {},
  })
  return { headers: plainHeaders, body }
}
