import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { defineProvider, hmac, noTimestamp, parts, toHeaderList, withRequiredHeader } from 'sallyport/provider'
import { createReceiver, createVerifier } from 'sallyport'
import { webhook } from 'sallyport/node'
import { fleet } from '@sallyport/fleet'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signDelivery, signers } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createQuietReceiver, provider, secret, sign, untilCount, useInboxes } from '../support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()

const credentials = {
  Authorization: 'Bearer of-the-proxy',
  Cookie: 'session=1',
  'X-Hub-Signature': 'sha1=of-another-kind',
  'X-Api-Key': 'of-the-gateway',
  'X-Request-Id': 'seen',
}

describe('what is kept of a delivery', () => {
  it('is its body and headers, without credentials', async () => {
    const inbox = openInbox(makePath())
    const delivery = sign({ headers: credentials, url: '/hooks?shop=7', id: 'msg_7' })
    await createQuietReceiver(inbox).receive({ ...delivery, remoteAddress: '203.0.113.9' })
    const [listed] = (await inbox.list()).events
    const kept = (await inbox.get(listed!.key))!
    expect(Buffer.from(kept.body)).toEqual(delivery.body)
    expect(kept).toMatchObject({ url: '/hooks?shop=7', method: 'POST', id: 'msg_7', remoteAddress: '203.0.113.9' })
    const headers = toHeaderList(kept.headers)
    for (const name of ['authorization', 'cookie', 'x-hub-signature', 'x-api-key', 'webhook-signature']) {
      expect({ name, value: headers.get(name) }).toEqual({ name, value: '[redacted]' })
    }
    expect(headers.get('x-request-id')).toBe('seen')
    expect(headers.get('webhook-id')).toBe('msg_7')
    expect(JSON.stringify(kept)).not.toContain('of-the-')
  })

  it('redacts a header that a scheme requires', async () => {
    const inbox = openInbox(makePath(), { work: 'elsewhere' })
    const guarded = sonzai({ authorization: 'opaque words' })
    const required = defineProvider({
      name: 'guarded',
      scheme: withRequiredHeader(guarded.scheme, 'x-entry', ['opaque words']),
      identify: ({ body: data }) => ({ type: data['event_type'], data }),
      events: guarded.events,
    })
    const headers = { authorization: 'opaque words', 'x-entry': 'opaque words' }
    const delivery = signDelivery(required, {
      secret: 'whsec_x',
      signer: signers.sonzai,
      body: { event_type: 'any' },
      headers,
    })
    expect((await createReceiver(required, { secret: 'whsec_x', inbox }).receive(delivery)).status).toBe(202)
    const [kept] = (await inbox.list()).events
    expect(JSON.stringify(kept)).not.toContain('opaque words')
  })

  it('redacts the names of the option redact', async () => {
    const inbox = openInbox(makePath(), { work: 'elsewhere', redact: ['X-Ticket', 'ticket'] })
    const delivery = sign({ headers: { 'x-ticket': 'my-ticket' }, url: '/hooks?ticket=my-ticket&shop=7' })
    await createQuietReceiver(inbox).receive(delivery)
    const [kept] = (await inbox.list()).events
    expect(kept?.url).toBe('/hooks?ticket=[redacted]&shop=7')
    expect(JSON.stringify(kept)).not.toContain('my-ticket')
  })

  it('can be verified again with keepSecretHeaders', async () => {
    const inbox = openInbox(makePath(), { keepSecretHeaders: true })
    await createQuietReceiver(inbox).receive(sign())
    const [listed] = (await inbox.list()).events
    const { method, url, headers, body: bytes, receivedAt } = (await inbox.get(listed!.key))!
    const verifier = createVerifier(provider, { secret, now: () => receivedAt })
    const delivery = { method, url, headers: toHeaderList(headers), body: bytes, receivedAt }
    expect(verifier.authenticate(delivery)).toMatchObject({ ok: true })
    expect(verifier.authenticate({ ...delivery, body: Buffer.from('{}') })).toMatchObject({ ok: false })
  })

  it('is the compressed body, decoded for the handler', async () => {
    const inbox = openInbox(makePath())
    const compressed = defineProvider({
      name: 'compressed',
      scheme: hmac({
        header: 'x-signature',
        algorithm: 'sha256',
        encoding: 'hex',
        signed: [parts.body],
        freshness: noTimestamp('test'),
      }),
      identify: ({ body: data }) => ({ type: data['type'], data }),
      events: { note: z.object({ type: z.string(), text: z.string() }) },
      contentEncoding: { accept: ['gzip'], signed: 'wire' },
    })
    const bytes = gzipSync('{"type":"note","text":"squeezed"}')
    const delivery = signDelivery(compressed, {
      secret: 'a secret of the test',
      body: bytes,
      headers: { 'content-encoding': 'gzip' },
      signer: ({ body: signed, secrets: [key] }) => ({ 'X-Signature': hexOf(signed, key!) }),
    })
    const texts: unknown[] = []
    const receiver = createReceiver(compressed, { secret: 'a secret of the test', inbox }).on(
      'note',
      ({ data }, context) => {
        texts.push(data.text, Buffer.from(context.delivery.body).equals(bytes))
      },
    )
    expect((await receiver.receive(delivery)).status).toBe(202)
    await untilCount(inbox, 'done', 1)
    expect(texts).toEqual(['squeezed', true])
  })

  it('is handled after a replay with a corrected schema', async () => {
    const path = makePath()
    const before = openInbox(path)
    await createQuietReceiver(before)
      .on('order.paid', () => {})
      .receive(sign({ body: { type: 'order.paid', data: { amount: '5' } } }))
    await untilCount(before, 'dead', 1)
    await before.stop()

    const inbox = openInbox(path)
    const lenient = standardWebhooks({ events: { 'order.paid': z.object({ amount: z.coerce.number() }) } })
    const seen: unknown[] = []
    createReceiver(lenient, { secret, inbox }).on(
      'order.paid',
      ({ data }, { attempt }) => void seen.push(data, attempt),
    )
    const [dead] = (await inbox.list({ state: 'dead' })).events
    expect(await inbox.replay(dead!.key)).toBe(1)
    await untilCount(inbox, 'done', 1)
    expect(seen).toEqual([{ amount: 5 }, 1])
  })
})

describe('a Fleet publish of 30 MB', () => {
  it('is stored and handled', async () => {
    const inbox = openInbox(makePath(), { storeTimeoutMs: 20_000 })
    const provided = fleet({ actions: { Deploy: z.looseObject({ notes: z.string() }) } })
    const notes = 'All of it. '.repeat(30 * 1024 * 100)
    const seen: unknown[] = []
    const receiver = createReceiver(provided, { secret: 'fleet-token', inbox }).on('Deploy', ({ data }) => {
      seen.push(data.input.notes === notes, data.bundle.files.length > 0)
    })
    const server = createServer(webhook(receiver)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    try {
      const delivery = signDelivery(provided, {
        secret: 'fleet-token',
        type: 'Deploy',
        edit: (publish) => ({ ...publish, input: { notes } }),
      })
      expect(delivery.body.byteLength).toBeGreaterThan(30 * 1024 * 1024)
      const { port } = server.address() as AddressInfo
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        headers: delivery.plainHeaders,
        body: delivery.body,
      })
      expect(answer.status).toBe(202)
      await untilCount(inbox, 'done', 1)
      expect(seen).toEqual([true, true])
      const [kept] = (await inbox.list()).events
      expect(Buffer.from((await inbox.get(kept!.key))!.body).equals(delivery.body)).toBe(true)
    } finally {
      server.close()
      server.closeAllConnections()
    }
  })
})

function hexOf(bytes: Uint8Array, key: string): string {
  return createHmac('sha256', key).update(bytes).digest('hex')
}
