import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createReceiver, type EventMap, type Provider, type Receiver, type ReplayGuard } from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import type { Sandbox } from '@sallyport/sandbox'
import { signDelivery, type SignedDelivery, type Signer, type SignOptions } from 'sallyport/testing'
import { expect } from 'vitest'
import * as z from 'zod'
import { booksOnce, opensRedis } from './engine-checks.ts'
import { secrets } from './environment.ts'
import { handlesElsewhere, replaysWhatFits } from './inbox-checks.ts'
import { platformChecks } from './platform-checks.ts'
import { send } from './serve.ts'

/** What a module of a document is found by, and what it has to do. */
export interface Check {
  readonly document: string
  /** A text that no other module of the document holds. */
  readonly holds: string
  readonly run: (module: Record<string, unknown>) => unknown
}

const wakeup = (options: Partial<SignOptions> = {}): SignedDelivery =>
  signDelivery(sonzai(), { secret: secrets.SONZAI_WEBHOOK_SECRET, type: 'on_wakeup_ready', ...options })

/** What every module of the top documents has to do. */
export const checks: readonly Check[] = [
  ...platformChecks,
  { document: 'README.md', holds: 'new RejectError', run: isLoaded },
  { document: 'README.md', holds: 'notAfter', run: isLoaded },
  { document: 'README.md', holds: 'onReject', run: isLoaded },
  {
    document: 'docs/errors.md',
    holds: 'describeError',
    run() {
      expect(console.error).toHaveBeenCalledWith('SECRET_INVALID', 'sonzai: the secret "secret-1" is empty')
      expect(console.log).toHaveBeenCalledWith(401)
    },
  },

  { document: 'docs/adapters.md', holds: 'export default {', run: servesRequests },
  { document: 'docs/adapters.md', holds: 'new Hono()', run: servesRequests },
  {
    document: 'docs/adapters.md',
    holds: 'export const POST',
    run: ({ POST }) => servesRequests({ default: { fetch: POST } }),
  },
  { document: 'docs/bundles.md', holds: 'readBundle', run: isLoaded },
  { document: 'docs/cli.md', holds: 'defineConfig', run: isLoaded },
  {
    document: 'docs/cli.md',
    holds: 'diagnose(',
    run: ({ explain }) => {
      const check = explain as (headers: Record<string, string>, body: Uint8Array) => string[]
      const { plainHeaders, body } = wakeup()
      expect(check(plainHeaders, body)).toEqual([])
      expect(check(plainHeaders, Buffer.concat([body, Buffer.from('\n')]))).toEqual([
        expect.stringMatching(/^proven: The end or the beginning of the body was altered/),
      ])
    },
  },
  {
    document: 'docs/fleet.md',
    holds: 'checkToolAuth',
    async run({ receiver }) {
      const { provider, receive } = receiver as Receiver
      const publish = (input: object, toolAuth: readonly object[]): SignedDelivery =>
        signDelivery(provider, {
          secret: secrets.FLEET_WEBHOOK_TOKEN,
          type: 'Deploy to Production',
          edit: (body) => ({ ...body, input, tool_auth_requirements: toolAuth }),
        })
      const dry = await receive(publish({ dry_run: true }, []))
      expect(JSON.parse(dry.body)).toEqual({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), deployed: false })
      const needy = [{ tool_name: 'search', auth_type: 'api_key', required_env_vars: ['SALLYPORT_DOCUMENTED_MISSING'] }]
      expect(await receive(publish({ dry_run: true }, needy))).toMatchObject({ status: 422, code: 'DELIVERY_REJECTED' })
    },
  },
  { document: 'docs/inbox.md', holds: 'createWorker(', run: handlesElsewhere },
  { document: 'docs/inbox.md', holds: 'checkStored', run: replaysWhatFits },
  {
    document: 'docs/inbox.md',
    holds: 'retentionMs',
    async run({ inbox }) {
      const { ready, stats, stop } = inbox as Inbox
      await ready()
      expect((await stats()).counts.dead).toBe(0)
      await stop()
    },
  },
  { document: 'docs/inbox.md', holds: 'createPgBossEngine(', run: booksOnce },
  { document: 'docs/inbox.md', holds: 'createBullMqEngine(', run: opensRedis },
  {
    document: 'docs/sandbox.md',
    holds: 'createManualClock',
    run({ sandbox }) {
      expect((sandbox as Sandbox).sonzai.notifications('agent_luna')).toHaveLength(1)
      expect(console.log).toHaveBeenCalledWith(1)
    },
  },
  {
    document: 'docs/adapters.md',
    holds: 'sonzaiWebhook',
    run: ({ sonzaiWebhook }) => servesParsed(sonzaiWebhook as NodeHook),
  },
  {
    document: 'docs/adapters.md',
    holds: 'isBase64Encoded',
    run: ({ handler }) => servesHttpEvents(handler as HttpHandler),
  },

  {
    document: 'docs/providers.md',
    holds: "name: 'acme',\n  events",
    run: async ({ receiver }) => {
      const outcomes = await receiveTwice(receiver as Receiver, standardContact())
      expect(outcomes).toEqual(['handled', 'duplicate'])
    },
  },
  {
    document: 'docs/providers.md',
    holds: 'withEvents',
    run: async ({ receiver }) => {
      const data = { object: { id: 'in_1', amount_paid: 4999, currency: 'eur' } }
      const body = { id: 'evt_1', type: 'invoice.paid', data }
      expect(await receiveTwice(receiver as Receiver, stripeInvoice(body))).toEqual(['handled', 'duplicate'])
      expect((await (receiver as Receiver).receive(stripeInvoice({ ...body, id: 'evt_2', data: {} }))).code).toBe(
        'PAYLOAD_INVALID',
      )
    },
  },
  {
    document: 'docs/providers.md',
    holds: 'dedupeKey',
    run: ({ receiver }) => announcesWakeupsOnce(receiver as Receiver),
  },
  { document: 'docs/providers.md', holds: 'x-acme-event', run: ({ acme }) => refusesContradictions(acme as Provider) },
  {
    document: 'docs/providers.md',
    holds: 'createVerifier',
    run: ({ verify }) => {
      const check = verify as (url: string, headers: Record<string, string>, body: Uint8Array) => unknown
      const { plainHeaders, body } = signDelivery(github(), { secret: secrets.GITHUB_WEBHOOK_SECRET, type: 'push' })
      expect(check('/', plainHeaders, body)).toMatchObject({ ref: 'refs/heads/main' })
      expect(check('/', plainHeaders, Buffer.concat([body, Buffer.from(' ')]))).toBe('SIGNATURE_MISMATCH')
    },
  },

  {
    document: 'docs/security.md',
    holds: 'createSharedReplayGuard',
    run: ({ createSharedReplayGuard }) => guardsTogether(createSharedReplayGuard as (store: object) => ReplayGuard),
  },
  {
    document: 'docs/security.md',
    holds: 'TenantSecrets',
    run: ({ receiver }) => keepsTenantsApart(receiver as Receiver),
  },
]

function isLoaded(module: object): void {
  expect(module).toBeDefined()
}

async function servesRequests(module: Record<string, unknown>): Promise<void> {
  const { fetch: handle } = module['default'] as { fetch: (request: Request) => Promise<Response> }
  const toRequest = ({ plainHeaders: headers, body }: SignedDelivery): Request =>
    new Request('http://localhost/webhooks/sonzai', { method: 'POST', headers, body: Buffer.from(body) })
  expect(await (await handle(toRequest(wakeup()))).json()).toEqual({ outcome: 'handled' })
  expect((await handle(toRequest(wakeup({ secret: 'guessed' })))).status).toBe(401)
}

type NodeHook = (
  request: IncomingMessage & { rawBody?: Uint8Array; body?: unknown },
  response: ServerResponse,
) => Promise<void>

/** As a host that reads and parses the body before it calls its function. */
async function servesParsed(hook: NodeHook): Promise<void> {
  const server = createServer(async (request, response) => {
    const rawBody = Buffer.concat(await request.toArray())
    const hasBytes = request.url === '/bytes'
    await hook(
      Object.assign(request, { body: JSON.parse(rawBody.toString()) as unknown }, hasBytes ? { rawBody } : {}),
      response,
    )
  }).listen(0)
  await once(server, 'listening')
  const url = `http://localhost:${(server.address() as AddressInfo).port}`
  expect(await send(`${url}/bytes`, wakeup())).toEqual({ status: 200, said: 'handled' })
  expect(await send(`${url}/bytes`, wakeup({ secret: 'guessed' }))).toEqual({ status: 401, said: 'SIGNATURE_MISMATCH' })
  expect(await send(`${url}/no-bytes`, wakeup())).toEqual({ status: 500, said: 'BODY_ALREADY_PARSED' })
  server.close()
}

type HttpHandler = (event: object) => Promise<{ statusCode: number; headers: object; body: string }>

async function servesHttpEvents(handler: HttpHandler): Promise<void> {
  const toEvent = ({ plainHeaders, body }: SignedDelivery, isBase64Encoded: boolean): object => ({
    rawPath: '/webhooks/sonzai',
    rawQueryString: '',
    headers: Object.fromEntries(Object.entries(plainHeaders).map(([name, value]) => [name.toLowerCase(), value])),
    body: Buffer.from(body).toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
    requestContext: { http: { method: 'POST', sourceIp: '192.0.2.1' } },
  })
  expect(await handler(toEvent(wakeup(), true))).toMatchObject({ statusCode: 200, body: '{"outcome":"handled"}' })
  expect(await handler(toEvent(wakeup({ now: Date.now() - 5000 }), false))).toMatchObject({ statusCode: 200 })
  expect(await handler(toEvent(wakeup({ secret: 'guessed' }), true))).toMatchObject({ statusCode: 401 })
}

function standardContact(options: Partial<SignOptions> = {}): SignedDelivery {
  const provider = standardWebhooks({ events: { 'contact.created': z.unknown() } })
  return signDelivery(provider, { secret: secrets.STANDARD_WEBHOOK_SECRET, ...options })
}

function stripeInvoice(body: object): SignedDelivery {
  return signDelivery(stripe(), { secret: secrets.STRIPE_WEBHOOK_SECRET, body })
}

async function receiveTwice(receiver: Receiver, delivery: SignedDelivery): Promise<string[]> {
  return [(await receiver.receive(delivery)).outcome, (await receiver.receive(delivery)).outcome]
}

async function announcesWakeupsOnce(receiver: Receiver): Promise<void> {
  const handled: string[] = []
  receiver.onAny(({ type }) => void handled.push(type))
  for (const age of [0, 1000, 2000]) {
    await receiver.receive(wakeup({ now: Date.now() - age }))
    await receiver.receive(wakeup({ now: Date.now() - age, type: 'on_mood_updated' }))
  }
  expect(handled.filter((type) => type === 'on_wakeup_ready')).toHaveLength(1)
  expect(handled.filter((type) => type === 'on_mood_updated')).toHaveLength(3)
}

async function refusesContradictions(provider: Provider<EventMap>): Promise<void> {
  const secret = `acme_${Buffer.from('documented').toString('base64')}`
  const signer: Signer = ({ body }) => ({
    'X-Acme-Signature': createHmac('sha256', 'documented').update(body).digest('base64'),
  })
  const meta = { id: 'e1', type: 'order.paid', sent_at: new Date().toISOString() }
  const receiver = createReceiver(provider, { secret }).on('order.paid', () => {})
  const receive = async (headers: Record<string, string>, changes: object = {}): Promise<string> => {
    const body = { meta: { ...meta, ...changes }, data: { order: 'A-1' } }
    const reply = await receiver.receive(signDelivery(provider, { secret, signer, headers, body }))
    return reply.code ?? reply.outcome
  }
  expect(await receive({ 'X-Acme-Event': 'order.refunded' })).toBe('HEADER_DISAGREES')
  expect(await receive({ 'X-Acme-Event': 'order.paid' })).toBe('handled')
  expect(await receive({})).toBe('duplicate')
  expect(await receive({}, { id: 2 })).toBe('EVENT_UNIDENTIFIED')
  expect(await receive({}, { id: 'e2', sent_at: new Date(Date.now() - 61_000).toISOString() })).toBe('TIMESTAMP_STALE')
}

async function guardsTogether(createGuard: (store: object) => ReplayGuard): Promise<void> {
  const entries = new Map<string, string>()
  const store = {
    set: async (key: string, value: string, options: { NX?: true }) => {
      if (options.NX && entries.has(key)) return null
      entries.set(key, value)
      return 'OK'
    },
    get: async (key: string) => entries.get(key) ?? null,
    del: async (key: string) => Number(entries.delete(key)),
  }
  let isFailing = true
  const [first, second] = [0, 1].map(() =>
    createReceiver(sonzai(), { secret: secrets.SONZAI_WEBHOOK_SECRET, replayGuard: createGuard(store) })
      .onError(() => {})
      .on('on_wakeup_ready', async () => {
        if (isFailing) throw new Error('not now')
      }),
  )
  const delivery = wakeup()
  expect((await first!.receive(delivery)).code).toBe('HANDLER_FAILED')
  isFailing = false
  expect((await second!.receive(delivery)).outcome).toBe('handled')
  expect((await first!.receive(delivery)).outcome).toBe('duplicate')
  await store.set([...entries.keys()][0]!, 'somebody else', {})
  expect((await first!.receive(delivery)).code).toBe('DELIVERY_IN_PROGRESS')
}

async function keepsTenantsApart(receiver: Receiver): Promise<void> {
  const tenants: (string | undefined)[] = []
  receiver.onAny(({ tenant }) => void tenants.push(tenant))
  expect((await receiver.receive(standardContact({ url: '/webhooks/acme' }))).outcome).toBe('handled')
  expect((await receiver.receive(standardContact({ url: '/webhooks/nobody' }))).code).toBe('SECRET_UNKNOWN')
  expect(tenants).toEqual(['acme'])
}
