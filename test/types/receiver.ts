// Checked by `tsc`, never run: what must compile does, and what must not has its error expected.
import {
  anyOf,
  createReceiver,
  createVerifier,
  safeVerify,
  SallyportError,
  verify,
  type AnyEvent,
  type Counts,
  type ErrorCode,
  type Provider,
  type WebhookEvent,
} from 'sallyport'
import {
  claimed,
  defineProvider,
  hmac,
  noTimestamp,
  parts,
  tokenChallenge,
  unchecked,
  withEvents,
} from 'sallyport/provider'
import { webhook as expressWebhook } from 'sallyport/express'
import { webhook as fastifyWebhook } from 'sallyport/fastify'
import { openFeed } from 'sallyport/feed'
import { webhook as koaWebhook } from 'sallyport/koa'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import type Stripe from 'stripe'
import * as z from 'zod'

/** Compiles only when both types are the same. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what it is deferred by
type Same<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false
const same = <Left, Right>(_: Same<Left, Right>): void => {}

const receiver = createReceiver(sonzai(), { secret: process.env['SECRET'] })

receiver
  .on('on_wakeup_ready', (event, context) => {
    same<typeof event.type, 'on_wakeup_ready'>(true)
    same<typeof event.data.generated_message, string | null | undefined>(true)
    same<typeof event.data.agent_id, string | null | undefined>(true)
    same<NonNullable<typeof event.data.wakeup>['scheduled_at'], string | null | undefined>(true)
    // Members the schema does not know are there, but unknown.
    same<(typeof event.data)['something_else'], unknown>(true)
    same<typeof event.signedAt, Date | undefined>(true)
    context.waitUntil(Promise.resolve())
    // @ts-expect-error an unknown member has no methods
    event.data.something_else.trim()
  })
  .on('agent.message', async ({ id }) => id.toUpperCase())
  .onUnknown((event) => same<typeof event, WebhookEvent<string, unknown>>(true))
  .onReject((report) => report.code?.toLowerCase())
  .onError((error) => same<typeof error, unknown>(true))

// @ts-expect-error not an event of Sonzai
receiver.on('agent.mesage', () => {})
// @ts-expect-error an event of another provider
receiver.on('tool.executed', () => {})
// @ts-expect-error a handler takes an event, not a string
receiver.on('agent.message', (event: string) => event)

createReceiver(stripe(), { secret: 'a' }).on('invoice.paid', ({ envelope, data }) => {
  same<NonNullable<typeof envelope>['livemode'], boolean | undefined>(true)
  same<NonNullable<typeof envelope>['account'], string | undefined>(true)
  same<NonNullable<typeof envelope>['createdAt'], Date | undefined>(true)
  // @ts-expect-error a snapshot event has no related object
  return data.related_object.id
})

createReceiver(invoratec(), { secret: ['a', { secret: 'b', notAfter: new Date() }] })
  .on('tool.executed', ({ data }) => {
    same<typeof data.elapsed_ms, number | null | undefined>(true)
    same<typeof data.toolName, string | null | undefined>(true)
    same<typeof data.result, unknown>(true)
  })
  .onAny((event) => {
    // The type tells the data apart.
    if (event.type === 'graph.synced') same<typeof event.data.nodesWritten, number | null | undefined>(true)
    // @ts-expect-error not every event has written nodes
    event.data.nodesWritten.toFixed()
    // @ts-expect-error no such event
    if (event.type === 'graph.burned') return
  })

createReceiver(github(), { secret: async ({ url }) => (url === '/' ? 'a' : undefined) }).on('push', ({ data }) => {
  same<typeof data.ref, string>(true)
})
createReceiver(github(), { secret: 'a' })
  .on('pull_request', ({ data }) => {
    // The known actions are offered, and any other text passes.
    same<typeof data.action extends string ? true : false, true>(true)
    return data.action === 'ready_for_review' || data.action === 'an_action_of_tomorrow'
  })
  .on('sub_issues', ({ data }) => same<typeof data.sub_issue, unknown>(true))
// @ts-expect-error actions are no event types
createReceiver(github(), { secret: 'a' }).on('pull_request.opened', () => {})

const withTypes = withEvents(stripe(), {
  'customer.subscription.updated': unchecked<Stripe.CustomerSubscriptionUpdatedEvent['data']>(),
})
createReceiver(withTypes, { secret: 'a' })
  .on('customer.subscription.updated', ({ data }) => {
    same<typeof data.object, Stripe.Subscription>(true)
    same<typeof data.previous_attributes, Partial<Stripe.Subscription> | undefined>(true)
  })
  .on('v1.customer.subscription.trial_will_end', ({ data }) => same<typeof data.id, string>(true))
// @ts-expect-error not an event of Stripe
createReceiver(stripe(), { secret: 'a' }).on('invoice.payed', () => {})

const endpoint = anyOf({
  code: createReceiver(github(), { secret: 'a' }),
  shop: createReceiver(stripe(), { secret: 'b' }),
})
endpoint
  .on('code', 'push', ({ data, type }) => {
    same<typeof data.ref, string>(true)
    same<typeof type, 'push'>(true)
  })
  .on('shop', 'invoice.paid', async ({ envelope }) => envelope?.livemode)
  .onAny((event) => {
    // The type tells the data apart, across all senders.
    if (event.type === 'push') same<typeof event.data.ref, string>(true)
    // @ts-expect-error not every event has a ref
    event.data.ref.trim()
    // @ts-expect-error no such event
    if (event.type === 'pull') return
  })
  .onUnknown((event) => same<typeof event, WebhookEvent<string, unknown>>(true))
  .onReject((report) => report.code?.toLowerCase())
// @ts-expect-error not a sender of the endpoint
endpoint.on('github', 'push', () => {})
// @ts-expect-error an event of another sender
endpoint.on('shop', 'push', () => {})
// @ts-expect-error not an event of the sender
endpoint.on('code', 'psuh', () => {})
// @ts-expect-error a handler takes an event, not a string
endpoint.on('code', 'push', (event: string) => event)
same<ReturnType<typeof endpoint.counts>['senders'], Readonly<Record<'code' | 'shop', Counts>>>(true)
endpoint.receivers.code.on('push', ({ data }) => same<typeof data.ref, string>(true))
// @ts-expect-error a provider is no receiver
anyOf({ code: github() })
// @ts-expect-error no endpoint within another
anyOf({ code: endpoint })
void [expressWebhook(endpoint), fastifyWebhook(endpoint), koaWebhook(endpoint)]
// @ts-expect-error a feed gives events to one receiver
openFeed(endpoint, 'mirror')

createReceiver(stripe(), { secret: 'a' }).on('invoice.paid', ({ data }) => {
  same<typeof data.object, { [name: string]: unknown }>(true)
})

const invoices = standardWebhooks({ events: { 'invoice.paid': z.object({ amount: z.number() }) } })
createReceiver(invoices, { secret: 'a' }).on('invoice.paid', ({ data }) => same<typeof data, { amount: number }>(true))
// @ts-expect-error only what was declared
createReceiver(invoices, { secret: 'a' }).on('invoice.sent', () => {})

const more = withEvents(sonzai(), {
  'agent.flew': z.object({ to: z.string() }),
  'agent.message': z.object({ text: z.string() }),
})
createReceiver(more, { secret: 'a' })
  .on('agent.flew', ({ data }) => same<typeof data, { to: string }>(true))
  .on('agent.message', ({ data }) => same<typeof data, { text: string }>(true))
  .on('agent.wakeup', () => {})

const acme = defineProvider({
  name: 'acme',
  scheme: hmac({ header: 'x', encoding: 'hex', signed: [parts.body], freshness: noTimestamp('none') }),
  identify: ({ body: content }) => ({ type: content['type'], data: content }),
  events: { 'order.paid': z.object({ total: z.coerce.number() }) },
})
same<typeof acme, Provider<{ readonly 'order.paid': { total: number } }>>(true)
const shop = defineProvider({
  name: 'shop',
  scheme: acme.scheme,
  identify: ({ body: data, unsignedHeaders }) => ({ claimedType: unsignedHeaders.get('x-shop-topic'), data }),
  events: claimed({ 'orders/create': z.object({ id: z.number() }) }),
})
same<typeof shop, Provider<{ readonly 'claimed:orders/create': { id: number } }>>(true)
createReceiver(shop, { secret: 'a' }).on('claimed:orders/create', ({ type, claimedType, data }) => {
  same<typeof type, 'claimed:orders/create'>(true)
  same<typeof claimedType, string | undefined>(true)
  same<typeof data, { id: number }>(true)
})
// @ts-expect-error the name is only claimed
createReceiver(shop, { secret: 'a' }).on('orders/create', () => {})

defineProvider({
  ...acme,
  acknowledgement: { status: 204 },
  handshake: {
    signed: ({ body: { challenge } }) => ({ json: { challenge } }),
    signedWithMac: {
      form: { characters: 'id' },
      encoding: 'hex',
      answer: ({ body: { token } }, mac) => ({ json: { token, mac: mac(token) } }),
    },
    get: tokenChallenge({ token: 'a', tokenParameter: 'token', challengeParameter: 'challenge' }),
  },
})
// @ts-expect-error without a declared form there is no MAC
defineProvider({ ...acme, handshake: { signed: (_signed, mac: (text: unknown) => string) => ({ text: mac('a') }) } })
// @ts-expect-error the form of a text for a MAC names its characters
defineProvider({ ...acme, handshake: { signedWithMac: { form: {}, encoding: 'hex', answer: () => undefined } } })
// @ts-expect-error a GET is answered by tokenChallenge alone
defineProvider({ ...acme, handshake: { get: 'token' } })
// @ts-expect-error the status of an acknowledgement is a 2xx
defineProvider({ ...acme, acknowledgement: { status: 500 } })

same<AnyEvent<{ a: 1; b: 2 }>, WebhookEvent<'a', 1> | WebhookEvent<'b', 2>>(true)

const headers = { 'x-signature': 'a', 'x-list': ['a', 'b'], 'x-none': undefined }
const bytes = new Uint8Array()
for (const form of [headers, new Headers(), new Headers().entries(), ['x-signature', 'a'], [['x', 'a']]] as const)
  void verify(acme, { secret: ['a', { secret: 'b' }], headers: form, body: bytes })

verify(invoratec(), { secret: async () => 'a', headers, body: bytes }).then((event) => {
  // The type tells the data apart, beside events the provider does not declare.
  if (event.type === 'graph.synced') same<typeof event.data.nodesWritten, number | null | undefined>(true)
  switch (event.type) {
    case 'tool.executed':
      return same<typeof event.data.elapsed_ms, number | null | undefined>(true)
    case 'tool.failed':
      return same<typeof event.data.toolName, string | null | undefined>(true)
  }
  const { id, type }: WebhookEvent = event
  // An undeclared type is a string, and its data unknown.
  if ((event.type as string) === 'graph.burned') same<typeof event.data, unknown>(true)
  // @ts-expect-error no such event
  if (event.type === 'graph.burned') return // oxlint-disable-line typescript/no-unsafe-enum-comparison
  // @ts-expect-error not every event has written nodes
  event.data.nodesWritten.toFixed()
  return id + type
}, SallyportError.is)

safeVerify(acme, { secret: 'a', headers, body: bytes, toleranceMs: undefined }).then((result) => {
  if (!result.ok) return same<typeof result.code, ErrorCode>(true)
  if (result.event.type === 'order.paid') same<typeof result.event.data.total, number>(true)
  return undefined
}, SallyportError.is)

createVerifier(acme, { secret: () => 'a' })
  .verify({ headers, body: bytes, url: '/', method: undefined })
  .then(({ keyId }) => keyId, SallyportError.is)
// @ts-expect-error text is not the bytes that were signed
verify(acme, { secret: 'a', headers, body: '{}' }).catch(SallyportError.is)
// @ts-expect-error a verification needs headers
verify(acme, { secret: 'a', body: bytes }).catch(SallyportError.is)
// @ts-expect-error the freshness of a scheme must be stated, even as noTimestamp
hmac({ header: 'x', encoding: 'hex', signed: [parts.body] })
// @ts-expect-error no such option
createReceiver(acme, { secret: 'a', tolerence: 5 })
// @ts-expect-error checks are not turned off by a boolean
createReceiver(acme, { secret: 'a', replayGuard: false })

// Every adapter takes every receiver.
for (const mount of [expressWebhook, koaWebhook, fastifyWebhook]) {
  mount(receiver)
  mount(createReceiver(acme, { secret: 'a' }))
}
