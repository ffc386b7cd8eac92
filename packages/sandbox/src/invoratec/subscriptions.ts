import { invoratec } from 'sallyport/providers/invoratec'
import { fixtures, signDelivery } from 'sallyport/testing'
import { checkReceiverUrl } from '../check-url.ts'
import type { Clock } from '../clock.ts'
import type { Courier } from '../delivery/courier.ts'
import type { DeliveryAttempt, Job, Route, TriggeredDelivery } from '../delivery/delivery.ts'
import { toFaults, type FaultInput } from '../delivery/faults.ts'
import { invalidValue, SandboxError } from '../error.ts'
import { createDocumentId, createId } from '../identifiers.ts'
import type { InvoratecSubscription } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import { toCause } from './cause-of-event.ts'
import { matchesFilter } from './filter.ts'
import type { LoggedCall } from './logs.ts'

/** What a subscription says; members as on the wire. */
export interface InvoratecRegistration {
  readonly event?: unknown
  readonly url?: unknown
  /** Deliveries are signed only where there is one. */
  readonly secret?: unknown
  readonly filter?: unknown
}

/** What a trigger may say. */
export interface InvoratecTrigger {
  /** Members of the event's data; they replace those of a realistic example. */
  readonly data?: Readonly<Record<string, unknown>>
  /** What goes wrong with these deliveries. */
  readonly faults?: readonly FaultInput[]
}

/** Invoratec's subscriptions and what is sent to them. */
export interface InvoratecSubscriptions {
  register(developerId: string, registration: InvoratecRegistration): InvoratecSubscription
  list(developerId: string): readonly InvoratecSubscription[]
  /** Of every developer. */
  all(): readonly InvoratecSubscription[]
  remove(developerId: string, id: string): void
  /** Newest first; all of them where no subscription is named. */
  attempts(id?: string): readonly DeliveryAttempt[]
  setFaults(id: string, faults: readonly FaultInput[]): void
  /** Sends an event to every subscription whose filter it matches. */
  trigger(event: string, options: InvoratecTrigger): TriggeredDelivery[]
}

const provider = invoratec()

/** The event types of the documents, in their order. */
export const invoratecEventTypes: readonly string[] = [
  'app.installed',
  'app.configured',
  'tool.executed',
  'tool.failed',
  'knowledge.updated',
  'graph.synced',
  'workflow.completed',
  'workflow.failed',
  'alert.triggered',
  'ai.conversation',
]

/** Keeps subscriptions, and sends events to those that ask for them. */
export function createInvoratecSubscriptions(
  store: Store,
  clock: Clock,
  courier: Courier,
  logCall: (call: Omit<LoggedCall, 'userId'>) => void,
): InvoratecSubscriptions {
  const { subscriptions } = store.state.invoratec
  const find = (id: string) => subscriptions.find((subscription) => subscription.id === id)
  let lastEventAt = 0

  function get(id: string): InvoratecSubscription {
    const subscription = find(id)
    if (subscription === undefined) throw new SandboxError('NOT_FOUND', `there is no webhook ${id}`)
    return subscription
  }

  courier.routes.set('invoratec', {
    retries: true,
    find,
    sign: (job, signing) => sign(find(job.target)!, job, signing),
    onAttempt(id, { status, createdAt }) {
      const subscription = find(id)
      if (subscription === undefined) return
      subscription.lastTriggered = createdAt
      subscription.failCount = status === 'success' ? 0 : subscription.failCount + 1
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
      const subscription: InvoratecSubscription = {
        id: createDocumentId(),
        developerId,
        event,
        url: checkedUrl,
        ...(secret ? { secret } : undefined),
        filter: filter as Record<string, unknown>,
        createdAt: new Date(clock.now()).toISOString(),
        lastTriggered: null,
        failCount: 0,
        faults: [],
      }
      subscriptions.push(subscription)
      store.changed()
      return subscription
    },
    list: (developerId) => subscriptions.filter((subscription) => subscription.developerId === developerId),
    all: () => subscriptions,
    remove(developerId, id) {
      const subscription = get(id)
      // Whether another developer has it is not told.
      if (subscription.developerId !== developerId) throw new SandboxError('NOT_FOUND', `there is no webhook ${id}`)
      subscriptions.splice(subscriptions.indexOf(subscription), 1)
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
      // No two events at the same time: receivers tell them apart by their bodies, which carry no id.
      lastEventAt = Math.max(clock.now(), lastEventAt + 1)
      const example = fixtures['invoratec']?.[event]?.({ now: new Date(lastEventAt), id: '', type: event })
      const content = example as Record<string, unknown> & { data: object }
      const complete = { ...content, data: { ...content.data, ...data } }
      const checkedFaults = toFaults(faults)
      const cause = toCause(event, complete.data)
      if (cause) logCall(cause)
      return subscriptions
        .filter((subscription) => subscription.event === event && matchesFilter(subscription.filter, complete.data))
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

function sign({ secret }: InvoratecSubscription, job: Job, { ageMs, isForged }: Parameters<Route['sign']>[1]) {
  const time = new Date(Date.parse(String(job.content['timestamp'])) - ageMs).toISOString()
  const { plainHeaders, body } = signDelivery(provider, {
    type: job.eventType,
    body: { ...job.content, timestamp: time },
    secret: isForged ? createDocumentId() : (secret ?? 'none'),
    // The platform signs only where it was given a secret.
    headers: secret === undefined ? { 'X-Webhook-Signature': undefined } : {},
  })
  return { headers: plainHeaders, body }
}
