import { createReceiver, RejectError, type Receiver } from 'sallyport'
import { createInbox, type Engine, type Inbox } from 'sallyport/inbox'
import { github } from 'sallyport/providers/github'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { vi } from 'vitest'
import { z } from 'zod'
import { hostileTexts } from './hostile.ts'

/** What the events are signed with; no answer may contain any of it. */
export const secrets = {
  stripe: 'whsec_stripe_8f2d61c04b7e',
  github: 'github-3e9a5d70b1c6',
  'standard-webhooks': 'whsec_c2FsbHlwb3J0LWNvbnNvbGUtdGVzdHM=',
} as const

/** Credentials of requests; no answer may contain them, even where the inbox keeps them. */
export const credentials = {
  bearer: 'Bearer eyJ-console-bearer',
  cookie: 'sid=console-cookie-71',
  parameter: 'console-parameter-93',
} as const

const orders = standardWebhooks({
  events: { 'order.paid': z.object({ amount: z.number() }), 'order.sent': z.looseObject({}) },
})

/** The receivers of the events, over one inbox. */
export interface Receivers {
  readonly stripe: Receiver
  readonly github: Receiver
  readonly orders: Receiver
}

/** Makes receivers whose handlers fail where the body of an event asks for it. */
export function createReceivers(inbox: Inbox | undefined): Receivers {
  const options = (provider: keyof typeof secrets) => ({ secret: secrets[provider], inbox, log: false }) as const
  const receivers = {
    stripe: createReceiver(stripe(), options('stripe')),
    github: createReceiver(github(), options('github')),
    orders: createReceiver(orders, options('standard-webhooks')),
  } as unknown as Receivers
  for (const receiver of Object.values(receivers) as Receiver[])
    receiver
      .onAny(({ data }) => failAsAsked(data))
      .onUnknown(({ data }) => failAsAsked(data))
      .onError(() => {})
  return receivers
}

function failAsAsked(data: unknown): void {
  const { fail, reject } = (typeof data === 'object' && data !== null ? data : {}) as Record<string, unknown>
  if (typeof reject === 'string') throw new RejectError(reject)
  if (typeof fail === 'string') throw Object.assign(new Error(fail), { name: 'UpstreamError' })
}

/** Signs an order; `data` may ask its handler to `fail` or to `reject`. @param body another text to sign */
export function signOrder(
  id: string,
  type: string,
  data: object,
  headers: Record<string, string> = {},
  body?: string,
): SignedDelivery {
  return signDelivery(orders, {
    secret: secrets['standard-webhooks'],
    id,
    type,
    body: body ?? withBigNumbers({ type, timestamp: new Date().toISOString(), data }),
    url: `/webhooks/orders?token=${credentials.parameter}&page=2`,
    headers,
  })
}

/** Delivers a signed request, and expects it to be taken. */
export async function deliver(
  receiver: Receiver,
  delivery: SignedDelivery,
  remoteAddress = '192.0.2.7',
): Promise<void> {
  const { method, url, headers, body } = delivery
  await receiver.receive({ method, url, headers, body, receivedAt: Date.now(), remoteAddress, secure: true })
}

const requestHeaders = {
  Authorization: credentials.bearer,
  Cookie: credentials.cookie,
  Host: 'hooks.example.com',
  'User-Agent': 'Orders/2.1',
}

/**
 * Fills a store: events that are done, dead after three attempts and at once, waiting and retrying; with duplicates, and with
 * hostile texts in every place. Resolves to an inbox that leaves waiting events as they are until `work()`.
 */
export async function seedInbox(createEngine: () => Engine, keepSecretHeaders: boolean): Promise<Inbox> {
  const base = { keepSecretHeaders, onError: () => {} }
  const retry = { attempts: 3, delayMs: 0, maxDelayMs: 0, jitter: 0 }
  const first = createInbox({ ...base, engine: createEngine(), retry })
  await deliverFinished(createReceivers(first))
  await vi.waitUntil(async () => isSettled(await first.stats()), { timeout: 20_000, interval: 10 })
  await first.stop({ drainMs: 1_000 })

  const second = createInbox({ ...base, engine: createEngine(), retry: { attempts: 3, delayMs: 3_600_000, jitter: 0 } })
  await deliverRetrying(createReceivers(second))
  const isRetrying = async () => (await second.list({ state: 'pending' })).events.every(({ attempts }) => attempts > 0)
  await vi.waitUntil(isRetrying, { timeout: 20_000, interval: 10 })
  await vi.waitUntil(async () => (await second.stats()).counts.active === 0, { timeout: 20_000, interval: 10 })
  await second.stop({ drainMs: 1_000 })

  return createInbox({ ...base, engine: createEngine(), retry, work: 'elsewhere' })
}

const isSettled = ({ counts }: { counts: { pending: number; active: number } }): boolean =>
  counts.pending === 0 && counts.active === 0

async function deliverFinished({ stripe: payments, github: code, orders: shop }: Receivers): Promise<void> {
  for (let n = 0; n < 30; n++)
    await deliver(
      shop,
      signOrder(`msg_done_${n}`, n % 3 === 0 ? 'order.sent' : 'order.paid', { amount: n }, requestHeaders),
    )
  // Twice more, as a sender that did not see the answer.
  const again = signOrder('msg_again', 'order.paid', { amount: 12.5 }, requestHeaders)
  for (const address of ['192.0.2.7', '198.51.100.4', '198.51.100.5']) await deliver(shop, again, address)
  for (const type of ['invoice.paid', 'charge.succeeded', 'customer.created'])
    await deliver(payments, signDelivery(stripe(), { secret: secrets.stripe, type, headers: requestHeaders }))
  for (const type of ['push', 'issues', 'pull_request'])
    await deliver(code, signDelivery(github(), { secret: secrets.github, type, headers: requestHeaders }))
  for (let n = 0; n < 6; n++)
    await deliver(shop, signOrder(`msg_dead_${n}`, 'order.sent', { fail: `no customer cus_${n} in crm`, order: n }))
  for (let n = 0; n < 3; n++) await deliver(shop, signOrder(`msg_invalid_${n}`, 'order.paid', { amount: 'much' }))
  await deliver(shop, signOrder('msg_rejected', 'order.sent', { reject: 'the tool has no name' }))
  for (const [n, text] of hostileTexts.entries())
    await deliver(
      shop,
      signOrder(`msg_hostile_${n}`, text.slice(0, 200), { text, [text]: 1, fail: text }, { 'X-Note': toHeader(text) }),
    )
}

async function deliverRetrying({ orders: shop }: Receivers): Promise<void> {
  for (let n = 0; n < 4; n++)
    await deliver(shop, signOrder(`msg_retrying_${n}`, 'order.sent', { fail: `connect ECONNREFUSED 10.0.0.${n}:443` }))
}

/** Events that stay waiting until the inbox works. */
export async function deliverWaiting({ orders: shop }: Receivers, count = 5): Promise<void> {
  for (let n = 0; n < count; n++)
    await deliver(shop, signOrder(`msg_waiting_${n}`, 'order.sent', { order: `big 900719925474099${n}` }))
}

/** Deliveries that are refused: with a wrong signature, an old one, and none. */
export async function deliverRefused({ stripe: payments, orders: shop }: Receivers): Promise<void> {
  for (let n = 0; n < 7; n++)
    await deliver(
      payments,
      signDelivery(stripe(), { secret: 'whsec_of_somebody_else', type: 'invoice.paid' }),
      `203.0.113.${n}`,
    )
  const { method, url, body } = signOrder('msg_unsigned', 'order.sent', {})
  await shop.receive({
    method,
    url,
    body,
    headers: { 'content-type': 'application/json', '<script>': 'x' },
    receivedAt: Date.now(),
  })
}

// What JSON of JavaScript cannot write: integers beyond 53 bits.
const withBigNumbers = (body: object): string => JSON.stringify(body).replaceAll(/"big (\d+)"/g, '$1')

// Node takes no other characters in a header.
const toHeader = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '').slice(0, 500)
