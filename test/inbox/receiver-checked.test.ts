import { createHmac } from 'node:crypto'
import { createReceiver, type EventMap, type Provider } from 'sallyport'
import { defineProvider, hmac, noTimestamp, parts, sharedSecret, toHeaderList, withHttps } from 'sallyport/provider'
import { fleet } from '@sallyport/fleet'
import type { Inbox, StoredEvent } from 'sallyport/inbox'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, signers, signSonzaiLegacy, type Signer, type SignedDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createQuietReceiver, provider, secret, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()
const hour = 3_600_000

async function readOnly(inbox: Inbox): Promise<StoredEvent> {
  const [listed] = (await inbox.list()).events
  return (await inbox.get(listed!.key))!
}

/** Keeps one delivery, and reads it back. */
async function keep<Events extends EventMap>(
  kind: Provider<Events>,
  keyed: string,
  delivery: SignedDelivery & { readonly secure?: boolean | undefined },
  keepSecretHeaders: boolean,
): Promise<StoredEvent> {
  const inbox = openInbox(makePath(), { work: 'elsewhere', keepSecretHeaders })
  const reply = await createReceiver(kind, { secret: keyed, inbox }).receive(delivery)
  expect(reply.status).toBe(202)
  return readOnly(inbox)
}

/** A configured sender, and all headers that prove it. */
interface Sender {
  readonly name: string
  readonly kind: Provider
  readonly proof: readonly string[]
  readonly secret?: string
  readonly signer?: Signer
  readonly headers?: Readonly<Record<string, string>>
}

const text = z.looseObject({})

const doors = defineProvider({
  name: 'doors',
  scheme: hmac({
    header: 'front-door',
    encoding: 'hex',
    signed: [parts.body],
    freshness: noTimestamp('only the names of the header matter here'),
    alias: { prefix: 'front-', instead: 'back-' },
  }),
  identify: ({ body }) => ({ type: body['type'], data: body }),
  events: { note: text },
})

const withSvixNames = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace(/^webhook-/i, 'svix-'), value]))

const senders: readonly Sender[] = [
  { name: 'Sonzai', kind: sonzai(), proof: ['sonzai-signature'] },
  {
    name: 'Sonzai, with its older signature',
    kind: sonzai({ legacyBodySignature: true }),
    signer: signSonzaiLegacy,
    proof: ['sonzai-signature'],
  },
  {
    name: 'Sonzai, with an authorization of the user',
    kind: sonzai({ authorization: 'words of the user' }),
    headers: { Authorization: 'words of the user' },
    proof: ['sonzai-signature', 'authorization'],
  },
  { name: 'Invoratec', kind: invoratec(), proof: ['x-webhook-signature'] },
  { name: 'Standard Webhooks', kind: provider, secret, proof: ['webhook-signature'] },
  {
    name: 'Standard Webhooks, with the header names of Svix',
    kind: provider,
    secret,
    signer: (input) => withSvixNames(signers['standard-webhooks'](input)),
    proof: ['svix-signature'],
  },
  {
    name: 'a signature in a second header whose name says nothing',
    kind: doors,
    signer: ({ secrets: [key], body }) => ({ 'Back-Door': createHmac('sha256', key!).update(body).digest('hex') }),
    proof: ['back-door'],
  },
  { name: 'GitHub', kind: github(), proof: ['x-hub-signature-256'] },
  { name: 'Stripe', kind: stripe(), proof: ['stripe-signature'] },
  { name: 'Fleet', kind: fleet({ actions: { Deploy: text } }), proof: ['authorization'] },
  {
    name: 'Fleet, with a header of the user',
    kind: fleet({ header: 'X-Entry', actions: { Deploy: text } }),
    proof: ['x-entry'],
  },
  {
    name: 'a shared secret in a header whose name says nothing',
    kind: defineProvider({
      name: 'plain',
      scheme: sharedSecret({ header: 'X-Door' }),
      identify: ({ body }) => ({ type: body['type'], data: body }),
      events: { note: text },
    }),
    signer: ({ secrets: [door] }) => ({ 'X-Door': door! }),
    proof: ['x-door'],
  },
]

describe.each(senders)('$name', ({ kind, proof, secret: keyed = 'a secret of the test', signer, headers }) => {
  const type = Object.keys(kind.events)[0]!
  const delivery = signDelivery(kind, {
    secret: keyed,
    type: type === '*' ? 'Deploy' : type,
    signer: signer ?? (signers as Record<string, Signer>)[kind.name]!,
    ...(headers === undefined ? undefined : { headers }),
    ...(kind === provider ? { body: { type: 'order.paid', data: { amount: 5 } } } : undefined),
  })

  it('stores nothing that proves the sender', async () => {
    const kept = await keep(kind, keyed, delivery, false)
    for (const name of proof)
      expect({ name, value: toHeaderList(kept.headers).get(name) }).toEqual({ name, value: '[redacted]' })
    const stored = JSON.stringify({ ...kept, body: '' })
    for (const name of proof) expect(stored).not.toContain(delivery.headers.get(name))
    expect(await createReceiver(kind, { secret: keyed }).checkStored(kept)).toEqual({
      sender: 'redacted',
      data: { ok: true },
    })
  })

  it('verifies a stored event at any later time', async () => {
    const kept = await keep(kind, keyed, delivery, true)
    for (const name of proof) expect(toHeaderList(kept.headers).get(name)).toBe(delivery.headers.get(name))
    const muchLater = (): number => Date.now() + 1_000 * hour
    const receiver = createReceiver(kind, { secret: keyed, now: muchLater })
    expect(await receiver.checkStored(kept)).toEqual({ sender: { ok: true, keyId: kept.keyId }, data: { ok: true } })
    const other = createReceiver(kind, { secret: 'whsec_b3RoZXIgd29yZHM=' })
    expect(await other.checkStored(kept)).toMatchObject({ sender: { ok: false }, data: { ok: true } })
  })
})

describe('checkStored', () => {
  it('notices bytes that were changed in the store', async () => {
    const kept = await keep(provider, secret, sign(), true)
    const body = Buffer.from('{"type":"order.paid","data":{"amount":6}}')
    const receiver = createReceiver(provider, { secret })
    expect((await receiver.checkStored({ ...kept, body })).sender).toEqual({ ok: false, code: 'SIGNATURE_MISMATCH' })
    const late = { ...kept, receivedAt: kept.receivedAt + hour }
    expect((await receiver.checkStored(late)).sender).toEqual({ ok: false, code: 'TIMESTAMP_STALE' })
  })

  it('names where data does not match the current schema', async () => {
    const kept = await keep(provider, secret, sign(), false)
    const stricter = standardWebhooks({
      events: { 'order.paid': z.object({ amount: z.number(), currency: z.string() }) },
    })
    const receiver = createReceiver(stricter, { secret }).onAny(() => expect.unreachable())
    expect((await receiver.checkStored(kept)).data).toEqual({ ok: false, issues: ['currency'] })
    const undeclared = createReceiver(standardWebhooks({ events: {} }), { secret })
    expect((await undeclared.checkStored(kept)).data).toEqual({ ok: true })
  })

  it('reports data that cannot be read any more', async () => {
    const kept = await keep(provider, secret, sign(), true)
    const check = await createReceiver(provider, { secret }).checkStored({ ...kept, body: Buffer.from('half a bo') })
    expect(check).toEqual({
      sender: { ok: false, code: 'SIGNATURE_MISMATCH' },
      data: { ok: false, code: 'BODY_NOT_JSON' },
    })
  })

  it('knows that the connection was encrypted', async () => {
    const guarded = defineProvider({
      name: 'guarded',
      scheme: withHttps(sharedSecret({ header: 'X-Door' })),
      identify: ({ body }) => ({ type: body['type'], data: body }),
      events: { note: text },
    })
    const headers = { 'X-Door': 'open it' }
    const delivery = signDelivery(guarded, { secret: 'open it', body: { type: 'note' }, signer: () => headers })
    const kept = await keep(guarded, 'open it', { ...delivery, secure: true }, true)
    const receiver = createReceiver(guarded, { secret: 'open it' })
    expect((await receiver.checkStored(kept)).sender).toMatchObject({ ok: true })
    const { secure: _secure, ...unknown } = kept
    expect((await receiver.checkStored(unknown)).sender).toMatchObject({ ok: false, code: 'REQUEST_UNREADABLE' })
    const open = { ...kept, secure: false }
    expect((await receiver.checkStored(open)).sender).toEqual({ ok: false, code: 'HTTPS_REQUIRED' })
  })

  it('asks the resolver again; rejects other providers', async () => {
    const kept = await keep(provider, secret, sign(), true)
    const receiver = createReceiver(provider, { secret: () => ({ tenant: 'shop-7', secrets: secret }) })
    expect((await receiver.checkStored(kept)).sender).toMatchObject({ ok: true })
    await expect(createReceiver(sonzai(), { secret: 'whsec_x' }).checkStored(kept)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    })
  })
})

describe('a compressed body', () => {
  it.each(['identity', 'GZIP', ' gzip '])('accepts the encoding "%s"', async (written) => {
    const { gzipSync } = await import('node:zlib')
    const inbox = openInbox(makePath())
    const lenient = { ...provider, contentEncoding: { accept: ['gzip'], signed: 'wire' } } as const
    const plain = Buffer.from('{"type":"order.paid","data":{"amount":5}}')
    const bytes = written === 'identity' ? plain : gzipSync(plain)
    const amounts: number[] = []
    const receiver = createReceiver(lenient, { secret, inbox }).on(
      'order.paid',
      ({ data }) => void amounts.push(data.amount),
    )
    const delivery = signDelivery(provider, { secret, body: bytes, headers: { 'content-encoding': written } })
    expect((await receiver.receive(delivery)).status).toBe(202)
    await untilCount(inbox, 'done', 1)
    expect(amounts).toEqual([5])
  })
})

describe('replay and discard', () => {
  it('change dead events, and done ones only on request', async () => {
    const inbox = openInbox(makePath())
    let mayPass = false
    const runs: string[] = []
    const receiver = createQuietReceiver(inbox).onAny(({ id }) => {
      runs.push(id)
      if (id.startsWith('bad') && !mayPass) throw Object.assign(new Error('no'), { isPermanent: true })
    })
    for (const id of ['bad 1', 'bad 2', 'good']) await receiver.receive(sign({ id }))
    await untilCount(inbox, 'dead', 2)
    await untilCount(inbox, 'done', 1)
    mayPass = true
    expect(await inbox.replay({ search: 'bad 1' })).toBe(1)
    await untilCount(inbox, 'done', 2)
    expect(await inbox.replay({})).toBe(1)
    await untilCount(inbox, 'done', 3)
    expect(await inbox.replay({})).toBe(0)
    expect(runs.filter((id) => id === 'good')).toHaveLength(1)

    expect(await inbox.replay({ state: 'done', search: 'good' })).toBe(1)
    await untilCount(inbox, 'done', 3)
    expect(runs.filter((id) => id === 'good')).toHaveLength(2)
    expect(await inbox.discard({})).toBe(0)
    expect(await inbox.discard({ state: 'done', search: 'bad' })).toBe(2)
    expect((await inbox.stats()).counts).toEqual({ pending: 0, active: 0, done: 1, dead: 0 })
  })
})
