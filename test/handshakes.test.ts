import { createHmac, generateKeyPairSync } from 'node:crypto'
import {
  createReceiver,
  SallyportError,
  type DeliveryReport,
  type IncomingDelivery,
  type Provider,
  type Receiver,
} from 'sallyport'
import {
  defineProvider,
  ed25519,
  fromHeader,
  hmac,
  noTimestamp,
  parts,
  type Handshake,
  type MessagePart,
} from 'sallyport/provider'
import { openFeed } from 'sallyport/feed'
import { recordDeliveries } from 'sallyport/record'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { useInboxes } from './support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()
const secret = 'handshake-secret'
const now = Date.UTC(2026, 3, 12)

/** As Slack and Zoom sign: `v0:time:body`. */
const chatMessage = [parts.literal('v0:'), parts.header('x-time'), parts.literal(':'), parts.body]

function define(handshake: Handshake, signed: readonly MessagePart[] = chatMessage): Provider {
  return defineProvider({
    name: 'chat',
    scheme: hmac({
      header: 'x-chat-signature',
      encoding: 'hex',
      signed,
      freshness: signed === chatMessage ? fromHeader('x-time', 'seconds') : noTimestamp('none'),
    }),
    identify: ({ body }) => ({ type: body['type'], data: body }),
    events: { message: z.looseObject({}), url_verification: z.looseObject({}) },
    handshake,
  })
}

const slack = define({
  signed: ({ body: { type, challenge } }) => (type === 'url_verification' ? { json: { challenge } } : undefined),
})
const zoom = define({
  signedWithMac: {
    form: { characters: 'id' },
    encoding: 'hex',
    answer: ({ body: { event, payload } }, mac) => {
      if (event !== 'endpoint.url_validation') return undefined
      const { plainToken } = payload as { readonly plainToken: unknown }
      return { json: { plainToken, encryptedToken: mac(plainToken) } }
    },
  },
})

const sign = (body: unknown, options: Partial<SignOptions> = {}) =>
  signDelivery(slack, { secret, now, body, ...options })
const check = { type: 'url_verification', challenge: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P' }

/** A receiver whose handlers must not run. */
function make(provider: Provider, options: object = {}): { receiver: Receiver; reports: DeliveryReport[] } {
  const reports: DeliveryReport[] = []
  const handled = vi.fn()
  const receiver = createReceiver(provider, { secret, now: () => now, ...options })
    .onAny(handled)
    .onUnknown(handled)
    .onReject((report) => void reports.push(report))
    .onError(() => {})
  open.push(() => expect(handled).not.toHaveBeenCalled())
  return { receiver, reports }
}

const open: (() => void)[] = []
afterEach(() => {
  for (const checkOpen of open.splice(0)) checkOpen()
})

describe('a signed handshake', () => {
  it('is answered, counted and recorded', async () => {
    const record = recordDeliveries({ now: () => now })
    const { receiver } = make(slack)
    const reply = await receiver.receive(sign(check))
    record.stop()
    expect(reply).toMatchObject({ status: 200, outcome: 'handshake', body: `{"challenge":"${check.challenge}"}` })
    expect(receiver.counts()).toEqual({ outcomes: { handshake: 1 }, codes: {} })
    expect(record.recent()).toMatchObject([{ outcome: 'handshake', status: 200, keyId: 'secret-1' }])
    expect(record.counts()).toMatchObject([{ outcome: 'handshake', count: 1 }])
  })

  it('is answered again when it is replayed, while it is fresh', async () => {
    const { receiver } = make(slack)
    const delivery = sign(check)
    for (let round = 0; round < 3; round++)
      expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handshake' })
    const late = { ...delivery, receivedAt: now + 3_600_000 }
    expect(await receiver.receive(late)).toMatchObject({ code: 'TIMESTAMP_STALE' })
  })

  it('has no answer without a valid signature', async () => {
    const { receiver, reports } = make(slack)
    const genuine = sign(check)
    const others = [
      sign(check, { secret: 'another' }),
      sign(check, { headers: { 'x-chat-signature': undefined } }),
      sign(check, { headers: { 'x-time': undefined } }),
      { ...genuine, body: Buffer.concat([genuine.body, Buffer.from(' ')]) },
      { ...sign({ type: 'message' }), body: genuine.body },
    ]
    for (const delivery of others) {
      const reply = await receiver.receive(delivery)
      expect(reply).toMatchObject({ outcome: 'refused' })
      expect(reply.body).not.toContain(check.challenge)
    }
    expect(reports).toHaveLength(others.length)
  })

  it('sends back nothing but a plain challenge', async () => {
    const { receiver } = make(slack)
    const odd = [
      '<script>alert(1)</script>',
      '"',
      'a b',
      'a\r\nSet-Cookie: a',
      '',
      'a'.repeat(1_025),
      { a: 1 },
      ['a'],
      null,
    ]
    for (const challenge of odd) {
      const reply = await receiver.receive(sign({ ...check, challenge }))
      expect(reply).toMatchObject({ status: 400, code: 'HANDSHAKE_INVALID' })
      expect(reply.body).not.toContain('script')
    }
    expect(await receiver.receive(sign({ type: check.type }))).toMatchObject({ code: 'HANDSHAKE_INVALID' })
  })

  it('is not stored by an inbox', async () => {
    const inbox = openInbox(makePath())
    const { receiver } = make(slack, { inbox })
    expect(await receiver.receive(sign(check))).toMatchObject({ outcome: 'handshake' })
    expect((await inbox.list()).events).toEqual([])
  })

  it('is an event of a feed', async () => {
    const seen: unknown[] = []
    const receiver = createReceiver(slack, { secret }).onAny(({ type }) => void seen.push(type))
    await openFeed(receiver, 'poll').deliver({ body: check })
    expect(seen).toEqual(['url_verification'])
  })

  it('leaves other deliveries alone', async () => {
    const receiver = createReceiver(slack, { secret, now: () => now }).on('message', () => {})
    expect(await receiver.receive(sign({ type: 'message', challenge: 'a' }))).toMatchObject({ outcome: 'handled' })
  })

  it('fails as a provider does', async () => {
    const { receiver } = make(
      define({
        signed: () => {
          throw new TypeError('broken')
        },
      }),
    )
    expect(await receiver.receive(sign(check))).toMatchObject({ status: 500, code: 'INTERNAL' })
  })

  it('may be decided by signed bytes alone, as of Twitch', async () => {
    // `Twitch-Eventsub-Message-Type` is not signed; the challenge in the body is.
    const twitch = define({ signed: ({ body: { challenge: text } }) => (text === undefined ? undefined : { text }) })
    const { receiver } = make(twitch)
    const reply = await receiver.receive(sign({ challenge: 'pogchamp-kappa-360noscope-vohiyo' }))
    expect(reply).toMatchObject({ status: 200, body: 'pogchamp-kappa-360noscope-vohiyo' })
    expect(reply.headers).toMatchObject({ 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' })
  })

  it('may be a ping, as of Discord', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const discord = defineProvider({
      name: 'discord-like',
      scheme: ed25519({
        header: 'x-signature',
        encoding: 'hex',
        key: { encoding: 'base64url' },
        signed: [parts.header('x-time'), parts.body],
        freshness: fromHeader('x-time', 'seconds'),
      }),
      identify: ({ body: data }) => ({ type: 'any', data }),
      events: { any: z.looseObject({}) },
      handshake: {
        signed: ({ body: { type } }) => (type === 1 ? { json: { type: 1 } } : type === 0 ? { empty: true } : undefined),
      },
    })
    const { receiver } = make(discord, { secret: publicKey.export({ format: 'jwk' }).x })
    const privatePem = String(privateKey.export({ format: 'pem', type: 'pkcs8' }))
    const ping = (type: number) => signDelivery(discord, { secret: privatePem, now, body: { type } })
    expect(await receiver.receive(ping(1))).toMatchObject({ status: 200, body: '{"type":1}' })
    expect(await receiver.receive(ping(0))).toMatchObject({ status: 204, body: '' })
  })
})

describe('a handshake with a MAC', () => {
  const validation = (plainToken: unknown) => ({ event: 'endpoint.url_validation', payload: { plainToken } })

  it('is answered under the key that proved it', async () => {
    const { receiver } = make(zoom, { secret: ['newer', secret] })
    const plainToken = 'qgg8vlvZRS6UYooatFL8Aw'
    const encryptedToken = createHmac('sha256', secret).update(plainToken).digest('hex')
    const reply = await receiver.receive(sign(validation(plainToken)))
    expect(JSON.parse(reply.body)).toEqual({ plainToken, encryptedToken })
  })

  it('gives nobody a signature', async () => {
    const { receiver } = make(zoom)
    const forged = `v0:${now / 1000}:{"type":"message"}`
    for (const text of [forged, 'v0:1', 'a{', 'a b', '', 5, undefined, 'a'.repeat(1_025)])
      expect(await receiver.receive(sign(validation(text)))).toMatchObject({ code: 'HANDSHAKE_INVALID' })
    expect(await receiver.receive(sign({ event: 'endpoint.url_validation' }))).toMatchObject({ code: 'INTERNAL' })
  })
})

describe('an unsigned handshake', () => {
  const json = { 'content-type': 'application/json' }
  const token = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl'
  const notion = (receive: (text: string) => unknown) => define({ unsigned: { member: 'verification_token', receive } })
  const post = (body: string, headers: Record<string, string> = json) => ({
    method: 'POST',
    url: '/',
    headers,
    body: Buffer.from(body),
  })

  it('passes its text on, and is no event', async () => {
    const received: string[] = []
    const { receiver } = make(notion((text) => received.push(text)))
    expect(await receiver.receive(post(`{"verification_token":"${token}"}`))).toMatchObject({
      status: 200,
      outcome: 'handshake',
      body: '',
    })
    expect(received).toEqual([token])
  })

  it('is read only where it can be one', async () => {
    const receive = vi.fn()
    const { receiver } = make(notion(receive))
    const reader = vi.fn(() => Promise.resolve(Buffer.alloc(40 * 1024 * 1024)))
    const big = { ...post(''), body: reader, headers: { ...json, 'content-length': '5000' } }
    expect(await receiver.receive(big)).toMatchObject({ code: 'SIGNATURE_MISSING' })
    const signed = post(`{"verification_token":"${token}"}`, { ...json, 'x-chat-signature': 'ab', 'x-time': '1' })
    expect((await receiver.receive({ ...signed, body: reader })).outcome).toBe('refused')
    expect(reader).not.toHaveBeenCalled()
    for (const body of [
      '',
      '[]',
      '{}',
      `{"verification_token":"${token}","type":"message"}`,
      '{"verification_token":"<b>"}',
      '{"verification_token":5}',
      `{"verification_token":"${'a'.repeat(5_000)}"}`,
    ])
      expect(await receiver.receive(post(body))).toMatchObject({ code: 'SIGNATURE_MISSING' })
    expect(receive).not.toHaveBeenCalled()
    expect(await receiver.receive({ ...post(''), body: reader })).toMatchObject({ code: 'SIGNATURE_MISSING' })
    expect(reader).not.toHaveBeenCalled()
    const liar = { ...post(''), body: reader, headers: { ...json, 'content-length': '100' } }
    expect(await receiver.receive(liar)).toMatchObject({ status: 401, code: 'SIGNATURE_MISSING' })
    expect(reader).toHaveBeenCalledWith(expect.objectContaining({ maxBodyBytes: 4_096 }))
  })

  it('fails as a handler does', async () => {
    const failure = new Error('no disk')
    const errors: unknown[] = []
    const { receiver } = make(notion(() => Promise.reject(failure)))
    receiver.onError((error) => void errors.push(error))
    const delivery = post(`{"verification_token":"${token}"}`)
    expect(await receiver.receive(delivery)).toMatchObject({ status: 500, code: 'HANDLER_FAILED' })
    expect(errors).toEqual([failure])
    const slow = make(
      notion(() => new Promise(() => {})),
      { handlerTimeoutMs: 10 },
    )
    expect(await slow.receiver.receive(delivery)).toMatchObject({ status: 503, code: 'HANDLER_TIMEOUT' })
  })
})

describe('a host whose body throws when it is asked for', () => {
  it.each([
    ['no handshake', undefined],
    ['a text that signs itself', { unsigned: { member: 'token', receive: () => {}, selfSigned: true } }],
  ] as const)('gets an answer from a provider with %s', async (_, handshake) => {
    const provider = { ...define({}), handshake }
    const receiver = createReceiver(provider, { secret, now: () => now }).onError(() => {})
    const host = (headers: IncomingDelivery['headers']): IncomingDelivery => ({
      method: 'POST',
      url: '/',
      headers,
      get body(): Uint8Array {
        throw new SallyportError('BODY_ALREADY_PARSED')
      },
    })
    expect(await receiver.receive(host(sign(check).headers))).toMatchObject({ code: 'BODY_ALREADY_PARSED' })
    const unsigned = { 'content-type': 'application/json' }
    expect(await receiver.receive(host(unsigned))).toMatchObject({
      code: handshake === undefined ? 'SIGNATURE_MISSING' : 'BODY_ALREADY_PARSED',
    })
  })
})
