import { createHash, randomUUID } from 'node:crypto'
import { checkReceiverUrl, isLoopback } from '../check-url.ts'
import type { Clock } from '../clock.ts'
import type { Courier } from '../delivery/courier.ts'
import type { DeliveryAttempt, Job, Route, TriggeredDelivery } from '../delivery/delivery.ts'
import { toFaults, type FaultInput } from '../delivery/faults.ts'
import { invalidValue, SandboxError } from '../error.ts'
import { createId } from '../identifiers.ts'
import type { FleetWebhook } from '../state/state.ts'
import type { Store } from '../state/store.ts'
import { checkFormSchema } from './form-schema.ts'
import { checkHeaders } from './headers.ts'
import { toPublishBody, type Publisher } from './publish.ts'
import type { ToolNeeds } from './tool-auth.ts'

/** A webhook to register; fields as on the wire. */
export interface FleetWebhookInput {
  readonly name?: unknown
  readonly url?: unknown
  readonly headers?: unknown
  readonly form_schema?: unknown
}

/** Options of `sandbox.fleet.run`. */
export interface FleetRun {
  /** Path of the agent's folder. */
  readonly folder: string
  readonly input?: Readonly<Record<string, unknown>> | undefined
  readonly publisher?: Publisher | undefined
  /** Faults of this delivery. */
  readonly faults?: readonly FaultInput[] | undefined
}

/** Fleet's webhooks and their deliveries. */
export interface FleetWebhooks {
  register(webhook: FleetWebhookInput): FleetWebhook
  /** Changes the given properties. */
  edit(id: string, changes: FleetWebhookInput): FleetWebhook
  remove(id: string): void
  get(id: string): FleetWebhook
  /** Newest first. */
  list(): readonly FleetWebhook[]
  /** Newest first; without an id, of all webhooks. */
  attempts(id?: string): readonly DeliveryAttempt[]
  setFaults(id: string, faults: readonly FaultInput[]): void
  /** Sends any object, as the `run` call of the API does. */
  send(id: string, content: Record<string, unknown>, faults?: readonly FaultInput[]): TriggeredDelivery
  /** Puts an agent and the form's values into a payload, and sends it. */
  run(id: string, run: FleetRun): Promise<TriggeredDelivery>
}

/** Options of all runs. */
export interface FleetSettings {
  readonly publisher: Publisher
  readonly toolNeeds: ToolNeeds
}

/** Creates the webhooks and sends agents to them. */
export function createFleetWebhooks(
  store: Store,
  clock: Clock,
  courier: Courier,
  settings: FleetSettings,
): FleetWebhooks {
  const { webhooks } = store.state.fleet
  const find = (id: string) => webhooks.find((webhook) => webhook.id === id)
  const isoNow = (): string => new Date(clock.now()).toISOString()

  function get(id: string): FleetWebhook {
    const webhook = find(id)
    if (webhook === undefined) throw new SandboxError('NOT_FOUND', `there is no webhook ${id}`)
    return webhook
  }

  function send(id: string, content: Record<string, unknown>, faults: readonly FaultInput[] = []): TriggeredDelivery {
    const { name } = get(id)
    const job = { id: createId('del'), platform: 'fleet' as const, target: id, eventType: name, content }
    return courier.send({ ...job, faults: toFaults(faults), attempts: 0, dueAt: clock.now() })
  }

  courier.routes.set('fleet', {
    // A person runs a webhook and sees the result; nothing is retried later.
    retries: false,
    find,
    sign: (job, signing) => toRequest(find(job.target)!, job, signing),
    corruptible: findArchive,
  })

  return {
    register(input) {
      const now = isoNow()
      const webhook = { id: randomUUID(), ...checkAll(input), createdAt: now, updatedAt: now, faults: [] }
      webhooks.push(webhook)
      store.changed()
      return webhook
    },
    edit(id, changes) {
      const webhook = get(id)
      const { name = webhook.name, url = webhook.url, headers = webhook.headers } = changes
      const { form_schema = { fields: webhook.fields } } = changes
      const checked = checkAll({ name, url, headers, form_schema })
      Object.assign(webhook, checked, { updatedAt: isoNow() })
      store.changed()
      return webhook
    },
    remove(id) {
      webhooks.splice(webhooks.indexOf(get(id)), 1)
      store.changed()
    },
    get,
    list: () => webhooks.toReversed(),
    attempts: (id) =>
      store.state.attempts
        .filter(({ platform, target }) => platform === 'fleet' && (id === undefined || target === id))
        .toReversed(),
    setFaults(id, faults) {
      get(id).faults = toFaults(faults)
      store.changed()
    },
    send,
    async run(id, { folder, input = {}, publisher = settings.publisher, faults }) {
      const webhook = get(id)
      const content = await toPublishBody({ webhook, folder, input, publisher, toolNeeds: settings.toolNeeds })
      return send(id, content, faults)
    },
  }
}

const longestName = 256

function checkAll({ name, url, headers, form_schema: schema }: FleetWebhookInput) {
  if (typeof name !== 'string' || name.trim() === '') throw invalidValue('name', 'is required')
  if (name.length > longestName) throw invalidValue('name', `must have at most ${longestName} characters`)
  const checked = checkReceiverUrl('url', url)
  const target = new URL(checked)
  if (target.protocol !== 'https:' && !isLoopback(target)) throw invalidValue('url', 'must be an HTTPS URL')
  return { name, url: checked, headers: checkHeaders(headers), fields: checkFormSchema(schema) }
}

/** Creates the request. Fleet signs nothing; the owner's headers prove the sender. */
function toRequest({ headers }: FleetWebhook, job: Job, { isForged }: Parameters<Route['sign']>[1]) {
  const sent = Object.entries(headers).map(([name, value]) => [name, isForged ? forge(value) : value] as const)
  return {
    headers: { 'Content-Type': 'application/json', ...Object.fromEntries(sent) },
    body: Buffer.from(JSON.stringify(job.content)),
  }
}

/** Finds the archive in the body. Nothing is signed, so a change anywhere else would not be noticed. */
function findArchive(body: Uint8Array): [from: number, to: number] {
  const text = Buffer.from(body)
  const name = '"content_base64":"'
  const at = text.indexOf(name)
  // Any object can be sent: without an archive, any byte may change.
  if (at === -1) return [0, text.length]
  const from = at + name.length
  return [from, text.indexOf('"', from)]
}

/** Returns another value in the same format, like a changed secret. */
function forge(value: string): string {
  const scheme = /^(?:bearer|basic) /i.exec(value)?.[0] ?? ''
  return scheme + createHash('sha256').update(value).digest('hex')
}
