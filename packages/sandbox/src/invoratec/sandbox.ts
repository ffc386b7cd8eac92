import type { DeliveryAttempt, TriggeredDelivery } from '../delivery/delivery.ts'
import type { FaultInput } from '../delivery/faults.ts'
import { allows, type CompleteKeys } from '../keys.ts'
import type { InvoratecWebhook } from '../state/state.ts'
import { invoratecEventTypes } from './events.ts'
import type { InvoratecTrigger, InvoratecWebhooks } from './webhooks.ts'

/** An Invoratec webhook to register. */
export interface InvoratecWebhookOptions {
  readonly event: string
  readonly url: string
  /** Signs the deliveries. @default none: deliveries are not signed */
  readonly secret?: string | undefined
  /** Only events whose `data` matches. @default every event */
  readonly filter?: Readonly<Record<string, unknown>> | undefined
}

/** A registered webhook, without its secret. */
export type InvoratecWebhookView = Readonly<Omit<InvoratecWebhook, 'secret' | 'faults'>>

/** Invoratec in the sandbox, without HTTP. */
export interface InvoratecSandbox {
  /** Base URL of the management API, without `/v1`. */
  readonly url: string
  /** A key of the management API with write permission. */
  readonly apiKey: string
  /** The documented event types. */
  readonly eventTypes: readonly string[]
  /** Registers a webhook for an event. @throws SandboxError `VALUE_INVALID` */
  register(webhook: InvoratecWebhookOptions): InvoratecWebhookView
  list(): readonly InvoratecWebhookView[]
  /** @throws SandboxError `NOT_FOUND` */
  delete(id: string): void
  /** Lists the delivery attempts, newest first. */
  attempts(id?: string): readonly DeliveryAttempt[]
  /** Replaces the faults of one webhook. @throws SandboxError `NOT_FOUND` */
  setFaults(id: string, faults: readonly FaultInput[]): void
  /** Triggers an event and sends it to every webhook whose filter matches. @throws SandboxError `VALUE_INVALID` */
  trigger(event: string, options?: InvoratecTrigger): readonly TriggeredDelivery[]
}

/** Creates `sandbox.invoratec`. */
export function toInvoratecSandbox(
  webhooks: InvoratecWebhooks,
  keys: CompleteKeys['invoratec'],
  url: string,
): InvoratecSandbox {
  const { key: apiKey, developerId } = keys.find((key) => allows(key, 'write')) ?? keys[0]!
  return {
    url,
    apiKey,
    eventTypes: invoratecEventTypes,
    register: (webhook) => toView(webhooks.register(developerId, webhook)),
    list: () => webhooks.list(developerId).map(toView),
    delete: (id) => webhooks.remove(developerId, id),
    attempts: (id) => webhooks.attempts(id),
    setFaults: (id, faults) => webhooks.setFaults(id, faults),
    trigger: (event, options = {}) => webhooks.trigger(event, options),
  }
}

function toView({ secret: _secret, faults: _faults, ...view }: InvoratecWebhook): InvoratecWebhookView {
  return view
}
