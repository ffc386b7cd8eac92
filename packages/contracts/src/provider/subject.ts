import { isUtf8 } from 'node:buffer'
import {
  createReceiver,
  describeError,
  type ErrorCode,
  type EventMap,
  type IncomingDelivery,
  type Provider,
  type Receiver,
  type ReceiverOptions,
  type Reply,
} from 'sallyport'
import type { HandshakeSubject } from './handshakes.ts'
import { fixtures, signDelivery, type SignedDelivery, type Signer, type SignOptions } from 'sallyport/testing'

/** What the provider contract needs to know about one provider. */
export interface ProviderSubject<Events extends EventMap = EventMap> {
  readonly provider: Provider<Events>
  /**
   * Two different secrets, as a user configures them. For a scheme that finds its keys itself, what signs: its provider must find
   * the key of the first.
   */
  readonly secrets: readonly [string, string]
  /** The keys that sign for them; different only for key pairs. @default the secrets */
  readonly signingSecrets?: readonly [string, string] | undefined
  /** @default the signer of the provider's name */
  readonly signer?: Signer | undefined
  /** Headers of every delivery, in addition to the signer's. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Header with the signature. */
  readonly signatureHeader: string
  /** Other headers the signature covers. */
  readonly signedHeaders?: readonly string[] | undefined
  /** Unsigned header that repeats the event type; a delivery whose body names another type is refused. @default none */
  readonly typeHeader?: string | undefined
  /** Unsigned header that alone names the event; its types are `claimed:<name>`. @default none */
  readonly claimHeader?: string | undefined
  /** Texts that are not valid secrets, besides the empty one. */
  readonly notSecrets: readonly string[]
  /** Where the signed time is; `token` for a claim of a JWT. */
  readonly time: 'signature' | 'header' | 'body' | 'token' | 'none'
  /** Header with the signed time, for `time: 'header'`. */
  readonly timeHeader?: string | undefined
  /** Name of the field with the time, for `time: 'signature'`. @default 't' */
  readonly timeField?: string | undefined
  /** Separator of several signatures in one header; absent if a header holds only one. */
  readonly severalJoinedBy?: string | undefined
  /** A declared event type. */
  readonly type: string
  /** A body of a given event type, signed time (ISO 8601) and further members of its data. */
  readonly bodyOf: (type: string, time: string, data: Readonly<Record<string, unknown>>) => unknown
  /** The sender's checks of an endpoint, one or more of each that the provider answers. @default none */
  readonly handshakes?: readonly HandshakeSubject[] | undefined
  /** Rules that the sender's own form makes impossible to keep, with the reason. @default none */
  readonly deviations?: Readonly<Partial<Record<ProviderDeviation, string>>> | undefined
  /** The same as a form, for a provider with `forms`. @default no form is tried */
  readonly formOf?:
    | ((type: string, time: string, data: Readonly<Record<string, unknown>>) => URLSearchParams)
    | undefined
}

/**
 * A rule that a sender cannot keep. `joined signatures`: a repeated header that a host joined by a comma is an honest list of the
 * sender, so it is accepted.
 */
export type ProviderDeviation = 'joined signatures'

/** When deliveries of the contract are signed, by default. */
export const signingTime = Date.UTC(2026, 3, 12, 8, 0, 0)

/** Whether receivers are given secrets; a scheme may find its keys itself. */
export function takesSecret({ provider }: Pick<ProviderSubject, 'provider'>): boolean {
  return provider.scheme.needsSecret !== false
}

/** The option with the first secret, where receivers take one. */
export function secretOf(subject: ProviderSubject): Pick<ReceiverOptions, 'secret'> {
  return takesSecret(subject) ? { secret: subject.secrets[0] } : {}
}

/** A receiver that counts what reaches its handlers. */
export interface CountingReceiver {
  readonly receiver: Receiver
  readonly handled: { readonly type: string; readonly data: unknown; readonly id: string; readonly keyId: string }[]
  /** Receives with the clock at `now`. */
  receive(delivery: Receivable, now?: number): Promise<Reply>
}

/** A delivery, or one whose body is read by a function. */
export type Receivable = Omit<SignedDelivery, 'body' | 'headers'> & Pick<IncomingDelivery, 'body' | 'headers'>

/** The status a refusal is answered with: the provider's own, else that of the error table. */
export function statusOf({ provider }: ProviderSubject, code: ErrorCode): number {
  return provider.statuses?.[code] ?? describeError(code).status
}

/** The status an event is answered with. */
export function acceptedStatusOf({ provider }: ProviderSubject): number {
  return provider.acknowledgement?.status ?? 200
}

/**
 * Whether the signed message shows where a body ends only by its first and last characters: what begins with a digit behind a
 * time could then be part of the time, and is no message.
 */
export function isBodyCutByItself({ provider }: ProviderSubject): boolean {
  const { freshness } = provider.scheme
  // RFC 3339 has one place to stop at.
  if (freshness.from !== 'nowhere' && freshness.unit === 'iso') return false
  const { signed } = provider.scheme.describe()
  const at = signed.indexOf('body')
  if (at < 0) return false
  return [signed[at - 1], signed[at + 1]].some((part) => part !== undefined && !part.startsWith('"'))
}

/**
 * Whether a body begins with what the part before it may have: a digit of a time, or a character of a URL, which has no brackets
 * or braces. It is then no message.
 */
export function isPartOfNeighbour(subject: ProviderSubject, body: string): boolean {
  const { signed } = subject.provider.scheme.describe()
  const isBehindUrl = signed[signed.indexOf('body') - 1]?.startsWith('url') === true
  return isBodyCutByItself(subject) && (isBehindUrl ? /^[^[\]{}\s]/ : /^\d/).test(body)
}

/** Whether the signature covers the fields of a form instead of its bytes: two ways to write the same fields are one message. */
export function signsFields({ provider: { scheme } }: ProviderSubject): boolean {
  const [first = scheme] = scheme.alternatives ?? []
  return first.describe().signed.includes('sorted fields of the form')
}

/** Whether two bodies are one signed message: forms with the same fields, where these are signed. */
export function isSameMessage(subject: ProviderSubject, one: Uint8Array, other: Uint8Array): boolean {
  if (!signsFields(subject) || !isUtf8(one)) return false
  const read = (body: Uint8Array): string => JSON.stringify([...new URLSearchParams(Buffer.from(body).toString())])
  return read(one) === read(other)
}

/** Milliseconds a signed time may differ from the clock. */
export function toleranceOf({ provider }: ProviderSubject): number {
  return provider.toleranceMs ?? 300_000
}

/** Makes a receiver for a subject. */
export function countingReceiver(subject: ProviderSubject, options: Partial<ReceiverOptions> = {}): CountingReceiver {
  const handled: CountingReceiver['handled'] = []
  const receiver = createReceiver(subject.provider, { ...secretOf(subject), ...options })
  receiver.onAny((event) => void handled.push(event))
  receiver.onError(() => {})
  return {
    receiver,
    handled,
    receive: ({ plainHeaders: _, ...delivery }, now = signingTime) =>
      receiver.receive({ ...delivery, receivedAt: now }),
  }
}

/** Signs a delivery for a subject, by default with its first secret. */
export function signFor(
  subject: ProviderSubject,
  options: Partial<SignOptions> & { keys?: readonly (0 | 1)[] | undefined } = {},
): SignedDelivery {
  const { keys = [0], headers, ...rest } = options
  const { type = subject.type, now = signingTime } = options
  const hasFixture = fixtures[subject.provider.name]?.[type] !== undefined
  const iso = new Date(now).toISOString()
  const body = 'body' in options ? options.body : hasFixture ? undefined : subject.bodyOf(type, iso, {})
  const signing = subject.signingSecrets ?? subject.secrets
  return signDelivery(subject.provider, {
    secret: keys.map((index) => signing[index]),
    type,
    now,
    signer: subject.signer,
    ...rest,
    body: subject.time === 'body' ? toText(body) : body,
    headers: { ...subject.headers, ...headers },
  })
}

/** A derived signer would write the time of signing into an object. */
function toText(body: unknown): unknown {
  return typeof body === 'object' && !(body instanceof Uint8Array) ? JSON.stringify(body) : body
}

/** The delivery with one header's value changed; `undefined` removes the header. */
export function withHeader(
  delivery: SignedDelivery,
  name: string,
  change: (value: string) => string | readonly string[] | undefined,
): Receivable {
  const headers: string[] = []
  for (const [own, value] of delivery.headers) {
    const changed = own.toLowerCase() === name.toLowerCase() ? change(value) : value
    for (const single of typeof changed === 'string' ? [changed] : (changed ?? [])) headers.push(own, single)
  }
  return { ...delivery, headers }
}
