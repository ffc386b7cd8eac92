import {
  anyOf,
  createReceiver,
  type Counts,
  RejectError,
  type Delivery,
  type ErrorCode,
  type DeliveryReport,
  type EventHandler,
  type EventMap,
  type Provider,
  type Receiver,
  type ReceiverOptions,
  type WebhookEvent,
} from 'sallyport'
import supertest from 'supertest'
import { expect } from 'vitest'
import type { SignedDelivery } from 'sallyport/testing'
import { marker, secret } from './deliveries.ts'
import type { HostBehaviour, MountedReceiver, MountReceiver } from './mount.ts'
import { providers } from './providers.ts'
import { connectRaw, type RawConnection } from './raw-connection.ts'

/** What to serve. */
export interface EndpointSettings {
  /** @default sonzai */
  readonly provider?: Provider | undefined
  readonly options?: ReceiverOptions | undefined
  /** @default `doAsTold` */
  readonly handler?: EventHandler<WebhookEvent> | undefined
  /** Receivers of other senders at the same endpoint, which is then an `anyOf`. @default none */
  readonly beside?: Readonly<Record<string, Receiver>> | undefined
  /** @default 'nothing' */
  readonly before?: HostBehaviour | undefined
}

/** What the contract asks of a receiver that is served, perhaps in another process. */
export interface ServedReceiver extends Pick<Receiver, 'settled'> {
  counts(): Counts | Promise<Counts>
}

/** Serves a receiver with these settings. */
export type OpenEndpoint = (settings?: EndpointSettings) => Promise<Endpoint>

/** A receiver under test, served. */
export interface Endpoint<Served extends ServedReceiver = ServedReceiver> {
  readonly url: string
  readonly siblingUrl: string
  readonly receiver: Served
  /** Deliveries that reached the handler, in order. */
  readonly handled: readonly Delivery[]
  /** Rejections and failures so far. */
  readonly reports: readonly DeliveryReport[]
  /** The first report with a code; waits until there is one. */
  reported(code: ErrorCode): Promise<DeliveryReport>
  /** Sends a delivery as a well-behaved client does. */
  post(delivery: SignedDelivery): supertest.Test
  connect(): Promise<RawConnection>
  close(): Promise<void>
}

/** A handler that does what the body's `fault` says; nothing by default. */
export const doAsTold: EventHandler<WebhookEvent> = async ({ data }, { signal }) => {
  const { fault } = data as { fault?: string }
  if (fault === 'throw') throw new Error(`the handler failed over ${marker}`)
  if (fault === 'reject') throw new RejectError('The shop is closed.', { status: 409 })
  if (fault === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

/** Makes a receiver and mounts it. */
export async function openEndpoint(mount: MountReceiver, settings: EndpointSettings = {}): Promise<Endpoint<Receiver>> {
  const { provider = providers.usual, handler = doAsTold, before = 'nothing', beside, options } = settings
  const journal = new Journal()
  const receiver = createReceiver<EventMap>(provider, { secret, ...options }).onAny((event, context) => {
    journal.handled.push(context.delivery)
    return handler(event, context)
  })
  const served = beside === undefined ? receiver : anyOf({ tested: receiver, ...beside })
  served.onReject(journal.note).onError((_error, report) => {
    if (report) journal.note(report)
  })
  return toEndpoint(await mount(served, { before }), receiver, journal)
}

/** What a receiver did. */
export class Journal {
  readonly handled: Delivery[] = []
  readonly reports: DeliveryReport[] = []
  readonly #listeners = new Set<() => void>()

  readonly note = (report: DeliveryReport): void => {
    this.reports.push(report)
    for (const listener of this.#listeners) listener()
  }

  reported(code: ErrorCode): Promise<DeliveryReport> {
    return new Promise((resolve) => {
      const look = (): void => {
        const report = this.reports.find((candidate) => candidate.code === code)
        if (report) resolve(report)
      }
      this.#listeners.add(look)
      look()
    })
  }
}

/** The sender's side of a served receiver. */
export function toEndpoint<Served extends ServedReceiver>(
  mounted: MountedReceiver,
  receiver: Served,
  journal: Journal,
): Endpoint<Served> {
  const { url, siblingUrl } = mounted
  const connections: RawConnection[] = []
  const { origin, pathname } = new URL(url)
  return {
    url,
    siblingUrl,
    receiver,
    handled: journal.handled,
    reports: journal.reports,
    reported: (code) => journal.reported(code),
    post: ({ plainHeaders, body }) =>
      supertest(origin)
        .post(pathname)
        .disableTLSCerts()
        .set(plainHeaders)
        // The client would turn a Buffer into JSON; send the bytes as they are.
        .serialize((bytes: unknown) => bytes as string)
        .send(Buffer.from(body)),
    async connect() {
      const connection = await connectRaw(url)
      connections.push(connection)
      return connection
    },
    async close() {
      for (const connection of connections) connection.reset()
      await mounted.close()
      await receiver.settled()
    },
  }
}

/** Checks that every delivery was counted once: as a handler call, or with the code of its report. */
export async function expectCounts({ receiver, handled, reports }: Endpoint): Promise<void> {
  await receiver.settled()
  const { outcomes, codes } = await receiver.counts()
  const [all, refused] = [outcomes, codes].map((counts) => Object.values(counts).reduce((sum, count) => sum + count, 0))
  expect({ handled: all! - refused!, reports: refused }).toEqual({ handled: handled.length, reports: reports.length })
}
