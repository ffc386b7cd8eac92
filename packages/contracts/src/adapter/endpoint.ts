import {
  createReceiver,
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
import { sonzai } from 'sallyport/providers/sonzai'
import supertest from 'supertest'
import { expect } from 'vitest'
import type { SignedDelivery } from 'sallyport/testing'
import { marker, secret } from './deliveries.ts'
import type { HostBehaviour, MountReceiver } from './mount.ts'
import { connectRaw, type RawConnection } from './raw-connection.ts'

/** What to serve. */
export interface EndpointSettings {
  /** @default sonzai */
  readonly provider?: Provider | undefined
  readonly options?: ReceiverOptions | undefined
  /** @default `doAsTold` */
  readonly handler?: EventHandler<WebhookEvent> | undefined
  /** @default 'nothing' */
  readonly before?: HostBehaviour | undefined
}

/** A receiver under test, served. */
export interface Endpoint {
  readonly url: string
  readonly siblingUrl: string
  readonly receiver: Receiver
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
const doAsTold: EventHandler<WebhookEvent> = async ({ data }, { signal }) => {
  const { fault } = data as { fault?: string }
  if (fault === 'throw') throw new Error(`the handler failed over ${marker}`)
  if (fault === 'reject') throw new RejectError('The shop is closed.', { status: 409 })
  if (fault === 'hang') await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
}

/** Makes a receiver and mounts it. */
export async function openEndpoint(mount: MountReceiver, settings: EndpointSettings = {}): Promise<Endpoint> {
  const { provider = sonzai(), handler = doAsTold, before = 'nothing', options } = settings
  const handled: Delivery[] = []
  const reports: DeliveryReport[] = []
  const listeners = new Set<() => void>()
  const note = (report: DeliveryReport): void => {
    reports.push(report)
    for (const listener of listeners) listener()
  }
  const receiver = createReceiver<EventMap>(provider, { secret, ...options })
    .onAny((event, context) => {
      handled.push(context.delivery)
      return handler(event, context)
    })
    .onReject(note)
    .onError((_error, report) => {
      if (report) note(report)
    })
  const { url, siblingUrl, close } = await mount(receiver, { before })
  const connections: RawConnection[] = []
  const { origin, pathname } = new URL(url)

  return {
    url,
    siblingUrl,
    receiver,
    handled,
    reports,
    reported: (code) =>
      new Promise((resolve) => {
        const look = (): void => {
          const report = reports.find((candidate) => candidate.code === code)
          if (report) resolve(report)
        }
        listeners.add(look)
        look()
      }),
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
      await close()
      await receiver.settled()
    },
  }
}

/** Checks that every delivery was counted once: as a handler call, or with the code of its report. */
export async function expectCounts({ receiver, handled, reports }: Endpoint): Promise<void> {
  await receiver.settled()
  const { outcomes, codes } = receiver.counts()
  const [all, refused] = [outcomes, codes].map((counts) => Object.values(counts).reduce((sum, count) => sum + count, 0))
  expect({ handled: all! - refused!, reports: refused }).toEqual({ handled: handled.length, reports: reports.length })
}
