import { listSenders } from '../receive/check-receiver.ts'
import type { ReceiverDescription } from '../receive/receiver.ts'
import type { ReplayGuard } from '../receive/replay-terms.ts'
import type { Inbox } from '../inbox/inbox.ts'
import { allow } from '../options/allow.ts'
import type { OptionRules } from '../options/check-options.ts'

/** What telemetry reads of a receiver. */
export interface ObservedReceiver {
  readonly provider: { readonly name: string; readonly events: Readonly<Record<string, unknown>> }
  readonly inbox: ObservedInbox | undefined
  readonly replayGuard: ReplayGuard | undefined
  describe(): Pick<ReceiverDescription, 'secretsEndAt'>
}

/** What telemetry reads of an inbox. */
export type ObservedInbox = Pick<Inbox, 'name' | 'stats'>

/** What `createReceiver` or `anyOf` returned. */
export type TelemetryReceiver = ObservedReceiver | { readonly receivers: Readonly<Record<string, ObservedReceiver>> }

/** Receivers and inboxes that telemetry shows. */
export interface TelemetryOptions {
  /** What `createReceiver` or `anyOf` returned. Without a receiver, the types of its provider's events are counted as `other`. */
  readonly receivers: readonly TelemetryReceiver[]
  /**
   * Inboxes whose events are counted; `{ orders: inbox }` names them for the label `inbox`, others have the inbox's own name.
   *
   * @default the inboxes of the receivers
   */
  readonly inboxes?: readonly ObservedInbox[] | Readonly<Record<string, ObservedInbox>> | undefined
  /** Milliseconds that a store may take to answer; then its values are left out. @default 1_000 */
  readonly readTimeoutMs?: number | undefined
}

const isInbox = allow.having('', 'stats')

export const telemetryRules: OptionRules<TelemetryOptions> = {
  receivers: allow.required(allow.listOf(allow.having('', 'receive'), 'receivers, as createReceiver makes them')),
  inboxes: {
    allowed: 'a list of inboxes, or an object of them',
    accepts: (value) =>
      Array.isArray(value)
        ? value.every(isInbox.accepts)
        : allow.record.accepts(value) &&
          !isInbox.accepts(value) &&
          Object.values(value as object).every(isInbox.accepts),
  },
  readTimeoutMs: allow.integer(1, 60_000),
}

/** The receivers and named inboxes of the options. */
export interface Sources {
  readonly receivers: readonly ObservedReceiver[]
  readonly inboxes: readonly (readonly [name: string, inbox: ObservedInbox])[]
  readonly readTimeoutMs: number
}

export function toSources({ receivers, inboxes, readTimeoutMs = 1_000 }: TelemetryOptions): Sources {
  const single = receivers.flatMap((one) =>
    'provider' in one ? [one] : (listSenders(one) as readonly ObservedReceiver[]),
  )
  const found = inboxes ?? single.flatMap(({ inbox }) => inbox ?? [])
  const named = isList(found) ? [...new Set(found)].map((inbox) => [inbox.name, inbox] as const) : Object.entries(found)
  return { receivers: single, inboxes: named, readTimeoutMs }
}

const isList = (value: object): value is readonly ObservedInbox[] => Array.isArray(value)

/** Makes what bounds the label `type`: a type that a receiver's provider declares, or `other`. */
export function createTypeLabels(receivers: readonly ObservedReceiver[]): (provider: string, type: string) => string {
  const declared = new Map<string, Set<string>>()
  for (const { provider } of receivers) {
    const types = declared.get(provider.name) ?? new Set()
    for (const type of Object.keys(provider.events)) types.add(type)
    declared.set(provider.name, types)
  }
  return (provider, type) => (declared.get(provider)?.has(type) ? type : 'other')
}
