import type { DeliveryAttempt, TriggeredDelivery } from '../delivery/delivery.ts'
import type { FaultInput } from '../delivery/faults.ts'
import type { CompleteKeys } from '../keys.ts'
import type { Agents } from './agents.ts'
import type { FormField } from './form-schema.ts'
import type { FleetRun, FleetWebhooks } from './webhooks.ts'

/** A Fleet webhook to register. */
export interface FleetWebhookOptions {
  /** Free text; `action` in the payload. */
  readonly name: string
  /** HTTPS, or this computer. */
  readonly url: string
  /** Custom headers, such as the one with the shared secret. @default {} */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** The form, as on the wire. @default none */
  readonly form_schema?: { readonly fields: readonly FormField[] } | undefined
}

/** A registered webhook, without the values of its headers. */
export interface FleetWebhookView {
  readonly id: string
  readonly name: string
  readonly url: string
  readonly headers: readonly string[]
  readonly fields: readonly FormField[]
}

/** Fleet in the sandbox, without HTTP. */
export interface FleetSandbox {
  /** Base URL of the management API, without `/v1`. */
  readonly url: string
  /** A key of the management API. */
  readonly apiKey: string
  /** Lists the agents in the folder of the option `agents`. */
  agents(): Promise<readonly string[]>
  /** Registers a webhook. @throws SandboxError `VALUE_INVALID` */
  register(webhook: FleetWebhookOptions): FleetWebhookView
  /** Changes the given properties. @throws SandboxError `NOT_FOUND`, `VALUE_INVALID` */
  edit(id: string, changes: Partial<FleetWebhookOptions>): FleetWebhookView
  /** @throws SandboxError `NOT_FOUND` */
  delete(id: string): void
  /** Lists the webhooks, newest first. */
  list(): readonly FleetWebhookView[]
  /** Lists the delivery attempts, newest first. */
  attempts(id?: string): readonly DeliveryAttempt[]
  /** Replaces the faults of one webhook. @throws SandboxError `NOT_FOUND` */
  setFaults(id: string, faults: readonly FaultInput[]): void
  /**
   * Runs a webhook: checks the form's values, zips the agent's folder and sends it.
   *
   * @throws SandboxError `NOT_FOUND` for webhook or folder, `VALUE_INVALID` for the form's values or the agent
   */
  run(id: string, run: FleetRun): Promise<TriggeredDelivery>
}

/** Creates `sandbox.fleet`. */
export function toFleetSandbox(
  webhooks: FleetWebhooks,
  agents: Agents,
  [key]: CompleteKeys['fleet'],
  url: string,
): FleetSandbox {
  return {
    url,
    apiKey: key!.key,
    agents: agents.list,
    register: (webhook) => toView(webhooks.register(webhook)),
    edit: (id, changes) => toView(webhooks.edit(id, changes)),
    delete: (id) => webhooks.remove(id),
    list: () => webhooks.list().map(toView),
    attempts: (id) => webhooks.attempts(id),
    setFaults: (id, faults) => webhooks.setFaults(id, faults),
    run: (id, run) => webhooks.run(id, run),
  }
}

function toView({ id, name, url, headers, fields }: ReturnType<FleetWebhooks['get']>): FleetWebhookView {
  return { id, name, url, headers: Object.keys(headers), fields }
}
