import { checkAcknowledgement, type Acknowledgement } from './acknowledgement.ts'
import type { ContentRules, JsonObject } from './decode.ts'
import { allow } from '../options/allow.ts'
import { checkOptions, checkValue, failOption, type OptionRules } from '../options/check-options.ts'
import { showGiven } from '../options/show-given.ts'
import { checkProvider, failProvider, limitRules } from './check-provider.ts'
import type { ErrorCode } from '../errors/error-codes.ts'
import { claimPrefix, type EventEnvelope } from './event.ts'
import { checkHandshake, type Handshake } from './handshake.ts'
import type { HeaderList } from './header-list.ts'
import type { Scheme } from './schemes/scheme.ts'
import { checkFacts, type SenderFacts } from './sender-facts.ts'
import type { SchemaOutput, StandardSchema } from './standard-schema.ts'
import type { Refusal } from './verdict.ts'

/** Event types with the schema of their data. */
export type EventSchemas = Readonly<Record<string, StandardSchema>>

/** Event types with the type of their data. */
export type EventMap = Readonly<Record<string, unknown>>

/** The data types a set of schemas yields. */
export type EventsOf<Schemas extends EventSchemas> = { readonly [Type in keyof Schemas]: SchemaOutput<Schemas[Type]> }

/** What a provider reads to identify a delivery. */
export interface SignedView {
  /** The verified body; where the signature covers some members alone, only those. */
  readonly body: JsonObject
  /** The whole body, to read a claimed type or data from it where the signature covers some members alone. */
  readonly unsignedBody: JsonObject
  /** A header that the signature covers; `undefined` for any other, because nothing unsigned may identify an event. */
  signedHeader(name: string): string | undefined
  /** All headers, only to check that none contradicts the signed body. */
  readonly unsignedHeaders: HeaderList
}

/** What a delivery is. */
export interface Identity {
  /** Event type as the signed content says it; `undefined` where only an unsigned header does, empty where nothing does. */
  readonly type?: unknown
  /**
   * The name that an unsigned header gives the event, where the signed content gives none. The type is then `claimed:<name>`,
   * so declare it with `claimed`. Without a `type`, a claim that is missing, or is not up to 128 letters, digits, single spaces
   * and `_ . / : -`, is refused with `EVENT_UNIDENTIFIED`.
   */
  readonly claimedType?: unknown
  /** The sender's own id of the event, where a signed one exists. */
  readonly id?: string | undefined
  /** What handlers get as `event.data`, before validation. */
  readonly data: unknown
  /** What handlers get as `event.envelope`. */
  readonly envelope?: EventEnvelope | undefined
}

/** How long a sender retries one event, as its documents say. */
export interface RetryWindow {
  /** Milliseconds from the first attempt to the last; 0 for a sender that never retries by itself. */
  readonly ms: number
  /** The document. */
  readonly source: string
  /** When it was read, as in `2026-11-28`. */
  readonly readOn: string
}

/** A sender's rules as data. */
export interface Provider<Events extends EventMap = EventMap> {
  readonly name: string
  readonly scheme: Scheme
  /** Reads event type, id and data from signed content. */
  readonly identify: (signed: SignedView) => Identity | Refusal
  /** Schema of the data, by event type. */
  readonly events: { readonly [Type in keyof Events]: StandardSchema<unknown, Events[Type]> }
  /** Milliseconds a signed time may differ from the clock, in either direction. @default 300_000 */
  readonly toleranceMs?: number | undefined
  /** Largest accepted body, in bytes. @default 1 MiB */
  readonly maxBodyBytes?: number | undefined
  /** Media types accepted besides `application/json` and `application/*+json`. */
  readonly contentTypes?: readonly string[] | undefined
  /**
   * Whether bodies may be forms (`application/x-www-form-urlencoded`) as well as JSON. Their values are texts; a repeated name has
   * a list of them. @default false
   */
  readonly forms?: boolean | undefined
  /** Whether bodies may be lists as well as objects: `identify` then gets `{ items: [...] }`. @default false */
  readonly lists?: boolean | undefined
  /**
   * Path of the member that may hold most of a body, such as `['files', 'content_base64']`. A string of 64 KiB and more arrives there
   * as `LongText`: the bytes of the body instead of a copy as text. The body is then read in slices, so that one of many
   * megabytes blocks nothing. A string with escapes or beyond ASCII stays text, as do all others. @default none
   */
  readonly longText?: readonly string[] | undefined
  /** Which compressed bodies the sender may send. @default none */
  readonly contentEncoding?: ContentRules | undefined
  /** Milliseconds the replay guard remembers an event, at least the retry window. @default 86_400_000, one day */
  readonly retentionMs?: number | undefined
  /** How long the sender retries an event: so long a duplicate may come. @default not documented */
  readonly retryWindow?: RetryWindow | undefined
  /** Milliseconds until the answer 503 while a handler goes on; less than the sender waits. @default 30_000 */
  readonly handlerTimeoutMs?: number | undefined
  /**
   * Signature headers that the sender sends beside its own and that this provider does not check, in any case, as GitHub's
   * SHA-1 one: to `anyOf` they are not another sender's. @default none
   */
  readonly alsoSends?: readonly string[] | undefined
  /**
   * HTTP statuses instead of those of the error table, by code: for a sender that gives up after a status although a later
   * attempt may pass. @default none
   */
  readonly statuses?: Readonly<Partial<Record<ErrorCode, number>>> | undefined
  /** How the sender checks an endpoint before it sends events, and what answers it. @default it does not */
  readonly handshake?: Handshake | undefined
  /** What acknowledges a delivery, for a sender that reads the answer. @default `{"outcome":"handled"}`, or another outcome */
  readonly acknowledgement?: Acknowledgement | undefined
  /** What is known of the sender beside its scheme. @default none */
  readonly about?: SenderFacts | undefined
}

const rules: OptionRules<Provider> = {
  ...limitRules,
  name: allow.required(allow.filled),
  scheme: allow.required(allow.having('what hmac() or another scheme returns', 'prepareKey', 'verify')),
  identify: allow.required(allow.function),
  events: allow.required(allow.record),
  contentTypes: allow.listOf(allow.filled, 'media types'),
  forms: allow.flag,
  lists: allow.flag,
  longText: allow.listOf(allow.filled, 'names of members'),
  contentEncoding: allow.record,
  retryWindow: allow.record,
  alsoSends: allow.listOf(allow.filled, 'names of headers'),
  statuses: allow.record,
  handshake: allow.anything,
  acknowledgement: allow.record,
  about: allow.record,
}

/** @throws what `fail` throws, for an event type without a schema */
function checkSchemas(name: string, events: EventSchemas, fail: (detail: string) => never): void {
  for (const [type, schema] of Object.entries(events)) {
    const standard = (schema as Partial<StandardSchema> | undefined)?.['~standard']
    if (typeof standard?.validate !== 'function')
      fail(`${name}: the schema of "${type}" must be a Standard Schema, as zod makes them, not ${showGiven(schema)}`)
  }
}

/**
 * Declares a provider. Event data types are inferred from the schemas.
 *
 * @throws SallyportError `PROVIDER_INVALID` for a missing name, scheme or event table, a status that is no refusal, or
 * incomplete facts
 * @example
 * const acme = defineProvider({
 *   name: 'acme',
 *   scheme: hmac({ header: 'x-acme-signature', encoding: 'hex', signed: [parts.body], freshness: fromBody('sent_at', 'iso') }),
 *   identify: ({ body }) => ({ type: body.type, data: body.data }),
 *   events: { 'order.paid': z.object({ order: z.string() }) },
 * })
 */
export function defineProvider<const Schemas extends EventSchemas>(
  definition: Omit<Provider, 'events'> & { readonly events: Schemas },
): Provider<Simplify<EventsOf<Schemas>>> {
  checkOptions('defineProvider', definition, rules, failProvider)
  const { name, events, about } = definition
  checkSchemas(name, events, failProvider)
  checkHandshake(definition)
  checkAcknowledgement(definition)
  if (about !== undefined) checkFacts(name, about)
  for (const [code, status] of Object.entries(definition.statuses ?? {})) {
    const isRefusal = Number.isInteger(status) && status >= 400 && status <= 599
    if (!isRefusal) failProvider(`${name}: the status of ${code} must be 400 to 599`)
  }
  return definition
}

type Merged<Events extends EventMap, Schemas extends EventSchemas> = Simplify<
  Omit<Events, keyof Schemas> & EventsOf<Schemas>
>

// Shows the members on hover instead of the expression that made them.
type Simplify<Type> = { readonly [Key in keyof Type]: Type[Key] }

/**
 * A provider with more event types, or other schemas for some it has.
 *
 * @example
 * withEvents(stripe(), { 'invoice.paid': z.looseObject({ object: Invoice }) })
 */
export function withEvents<Events extends EventMap, const Schemas extends EventSchemas>(
  provider: Provider<Events>,
  events: Schemas,
): Provider<Merged<Events, Schemas>> {
  checkProvider('withEvents', provider)
  const place = `withEvents for ${provider.name}`
  checkValue(place, 'the event table', events, allow.record)
  checkSchemas(place, events, failOption)
  return {
    ...provider,
    events: { ...provider.events, ...events } as unknown as Provider<Merged<Events, Schemas>>['events'],
  }
}

/** Event types under the names that they have when only an unsigned header says them. */
export type ClaimedSchemas<Schemas extends EventSchemas> = Simplify<{
  readonly [Type in keyof Schemas & string as `claimed:${Type}`]: Schemas[Type]
}>

/**
 * Event types that only an unsigned header names, as Shopify's `X-Shopify-Topic` does: `orders/create` becomes
 * `claimed:orders/create`, and `event.claimedType` is `orders/create`.
 *
 * The body is genuine, its name is not proven. An attacker with one captured delivery can present its body under another name:
 * before the genuine delivery arrives, or when the event is no longer remembered. A second copy is a duplicate under any name,
 * because the dedupe key is made of signed bytes alone. So check in the handler that the data are of this kind: by a schema that
 * other events do not match, or by asking the sender's API.
 *
 * @example
 * events: claimed({ 'orders/create': z.looseObject({ line_items: z.array(z.unknown()) }) })
 */
export function claimed<const Schemas extends EventSchemas>(events: Schemas): ClaimedSchemas<Schemas> {
  checkValue('claimed', 'the event table', events, allow.record)
  const named = Object.entries(events).map(([type, schema]) => [`${claimPrefix}${type}`, schema])
  return Object.fromEntries(named) as ClaimedSchemas<Schemas>
}

/**
 * A type for `withEvents` that checks NOTHING: `event.data` is what the sender signed, and TypeScript takes your word for its
 * form. For a sender's own types, which exist only at compile time. Use a schema where a wrong form would do harm.
 *
 * @example
 * withEvents(stripe(), { 'invoice.paid': unchecked<Stripe.InvoicePaidEvent['data']>() })
 */
export function unchecked<Data>(): StandardSchema<unknown, Data> {
  return { '~standard': { version: 1, vendor: 'sallyport', validate: (value) => ({ value: value as Data }) } }
}
