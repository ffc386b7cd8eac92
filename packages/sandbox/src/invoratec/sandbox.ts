import type { DeliveryAttempt, TriggeredDelivery } from '../delivery/delivery.ts'
import type { FaultInput } from '../delivery/faults.ts'
import type { CompleteKeys } from '../keys.ts'
import type { InvoratecSubscription } from '../state/state.ts'
import { invoratecEventTypes, type InvoratecSubscriptions, type InvoratecTrigger } from './subscriptions.ts'

/** A subscription without its secret. */
export type InvoratecSubscriptionView = Readonly<Omit<InvoratecSubscription, 'secret' | 'faults'>>

/** Invoratec in the sandbox, without HTTP. */
export interface InvoratecSandbox {
  /** Base URL of the management API, without `/v1`. */
  readonly url: string
  /** A key of the management API that may write. */
  readonly apiKey: string
  /** The ten event types of the documents. */
  readonly eventTypes: readonly string[]
  /** Subscribes a URL to an event. @throws SandboxError `VALUE_INVALID` */
  subscribe(registration: {
    readonly event: string
    readonly url: string
    readonly secret?: string
    readonly filter?: Readonly<Record<string, unknown>>
  }): InvoratecSubscriptionView
  list(): readonly InvoratecSubscriptionView[]
  /** @throws SandboxError `NOT_FOUND` */
  delete(id: string): void
  /** What was sent, newest first. */
  attempts(id?: string): readonly DeliveryAttempt[]
  /** Faults of one subscription, in place of those it had. @throws SandboxError `NOT_FOUND` */
  setFaults(id: string, faults: readonly FaultInput[]): void
  /** Lets an event happen. It is sent to every subscription whose filter it matches. @throws SandboxError `VALUE_INVALID` */
  trigger(event: string, options?: InvoratecTrigger): readonly TriggeredDelivery[]
}

/** Makes what programs see of Invoratec. */
export function toInvoratecSandbox(
  subscriptions: InvoratecSubscriptions,
  keys: CompleteKeys['invoratec'],
  url: string,
): InvoratecSandbox {
  const { key: apiKey, developerId } = keys.find(({ canWrite }) => canWrite) ?? keys[0]!
  return {
    url,
    apiKey,
    eventTypes: invoratecEventTypes,
    subscribe: (registration) => toView(subscriptions.register(developerId, registration)),
    list: () => subscriptions.list(developerId).map(toView),
    delete: (id) => subscriptions.remove(developerId, id),
    attempts: (id) => subscriptions.attempts(id),
    setFaults: (id, faults) => subscriptions.setFaults(id, faults),
    trigger: (event, options = {}) => subscriptions.trigger(event, options),
  }
}

function toView({ secret: _secret, faults: _faults, ...view }: InvoratecSubscription): InvoratecSubscriptionView {
  return view
}
