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
import { fixtures, signDelivery, type SignedDelivery, type Signer, type SignOptions } from 'sallyport/testing'

/** What the provider contract needs to know about one provider. */
export interface ProviderSubject<Events extends EventMap = EventMap> {
  readonly provider: Provider<Events>
  /** Two different secrets, as a user configures them. */
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
  /** Texts that are not valid secrets, besides the empty one. */
  readonly notSecrets: readonly string[]
  /** Where the signed time is. */
  readonly time: 'signature' | 'header' | 'body' | 'none'
  /** Header with the signed time, for `time: 'header'`. */
  readonly timeHeader?: string | undefined
  /** Separator of several signatures in one header; absent if a header holds only one. */
  readonly severalJoinedBy?: string | undefined
  /** A declared event type. */
  readonly type: string
  /** A body of a given event type, signed time (ISO 8601) and further members of its data. */
  readonly bodyOf: (type: string, time: string, data: Readonly<Record<string, unknown>>) => unknown
}

/** When deliveries of the contract are signed, by default. */
export const signingTime = Date.UTC(2026, 3, 12, 8, 0, 0)

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

/** Milliseconds a signed time may differ from the clock. */
export function toleranceOf({ provider }: ProviderSubject): number {
  return provider.toleranceMs ?? 300_000
}

/** Makes a receiver for a subject. */
export function countingReceiver(subject: ProviderSubject, options: Partial<ReceiverOptions> = {}): CountingReceiver {
  const handled: CountingReceiver['handled'] = []
  const receiver = createReceiver(subject.provider, { secret: subject.secrets[0], ...options })
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
  const signing = subject.signingSecrets ?? subject.secrets
  return signDelivery(subject.provider, {
    secret: keys.map((index) => signing[index]),
    type,
    now,
    body: hasFixture ? undefined : subject.bodyOf(type, new Date(now).toISOString(), {}),
    signer: subject.signer,
    ...rest,
    headers: { ...subject.headers, ...headers },
  })
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
