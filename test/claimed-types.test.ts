import { createReceiver, safeVerify, type WebhookEvent } from 'sallyport'
import { claimed, defineProvider, hmac, noTimestamp, parts, type SignedView } from 'sallyport/provider'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { untilCount, useInboxes } from './support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()
const secret = 'shop-secret'

const byHeader = ({ body: data, unsignedHeaders }: SignedView) => ({
  claimedType: unsignedHeaders.get('X-Shop-Topic'),
  data,
})
const define = (identify: (signed: SignedView) => { readonly data: unknown } = byHeader) =>
  defineProvider({
    name: 'shop',
    scheme: hmac({
      header: 'x-shop-signature',
      encoding: 'hex',
      signed: [parts.body],
      freshness: noTimestamp('the shop signs no time'),
    }),
    identify,
    events: claimed({
      'orders/create': z.looseObject({ line_items: z.array(z.unknown()) }),
      'app/uninstalled': z.looseObject({}),
    }),
  })
const shop = define()

const order = { line_items: [], id: 1 }
const sign = (options: Partial<SignOptions> = {}) =>
  signDelivery(shop, { secret, type: 'claimed:orders/create', body: order, ...options })
const under = (topic: string) => sign({ headers: { 'X-Shop-Topic': topic } })

describe('a claimed type', () => {
  it('is offered beside the type', async () => {
    const seen: WebhookEvent[] = []
    const receiver = createReceiver(shop, { secret }).on('claimed:orders/create', (event) => void seen.push(event))
    expect((await receiver.receive(sign())).outcome).toBe('handled')
    expect(seen).toMatchObject([{ type: 'claimed:orders/create', claimedType: 'orders/create', data: order }])
  })

  it('takes no part in the dedupe key', async () => {
    const receiver = createReceiver(shop, { secret }).onAny(() => {})
    expect((await receiver.receive(sign())).outcome).toBe('handled')
    for (const topic of ['app/uninstalled', 'orders/create', 'unheard/of'])
      expect((await receiver.receive(under(topic))).outcome).toBe('duplicate')
  })

  it('is held to the schema of what it claims', async () => {
    const receiver = createReceiver(shop, { secret }).onAny(() => {})
    expect((await receiver.receive(sign({ body: { id: 1 } }))).code).toBe('PAYLOAD_INVALID')
  })

  it('counts only where nothing is signed', async () => {
    const both = define(({ body: { kind, ...data } }) => ({ type: kind, claimedType: 'orders/create', data }))
    const receiver = createReceiver(both, { secret }).onAny(() => {})
    const events: WebhookEvent[] = []
    receiver.onUnknown((event) => void events.push(event))
    await receiver.receive(sign({ body: { kind: 'app/other' } }))
    expect(events).toMatchObject([{ type: 'app/other', claimedType: undefined }])
    for (const kind of ['', 5, null, 'claimed:orders/create'])
      expect((await receiver.receive(sign({ body: { kind } }))).code).toBe('EVENT_UNIDENTIFIED')
  })

  it('is a plain text', async () => {
    for (const claimedType of [5, {}, ['orders/create'], null]) {
      const odd = define(({ body: data }) => ({ claimedType, data }))
      const receiver = createReceiver(odd, { secret }).onAny(() => {})
      expect((await receiver.receive(sign())).code).toBe('EVENT_UNIDENTIFIED')
    }
  })

  it('is in what verify returns', async () => {
    const { headers, body } = sign()
    const result = await safeVerify(shop, { secret, headers, body })
    expect(result).toMatchObject({ ok: true, event: { type: 'claimed:orders/create', claimedType: 'orders/create' } })
  })

  it('is kept by an inbox, through a replay', async () => {
    const inbox = openInbox(makePath())
    const seen: WebhookEvent[] = []
    const receiver = createReceiver(shop, { secret, inbox }).on(
      'claimed:orders/create',
      (event) => void seen.push(event),
    )
    expect((await receiver.receive(sign())).outcome).toBe('accepted')
    await untilCount(inbox, 'done', 1)
    expect((await receiver.receive(under('app/uninstalled'))).outcome).toBe('duplicate')
    const { key } = (await inbox.list()).events[0]!
    const { data } = await receiver.checkStored((await inbox.get(key))!)
    expect(data).toEqual({ ok: true })
    await inbox.replay(key)
    await expect.poll(() => seen.length).toBe(2)
    const event = { type: 'claimed:orders/create', claimedType: 'orders/create', data: order }
    expect(seen).toMatchObject([event, event])
  })
})

describe('claimed', () => {
  it('names each type', () => {
    expect(Object.keys(shop.events)).toEqual(['claimed:orders/create', 'claimed:app/uninstalled'])
    expect(() => claimed(undefined as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
  })
})

describe('signDelivery for a claimed type', () => {
  it('writes the header that names it', () => {
    expect(sign().plainHeaders).toMatchObject({ 'X-Shop-Topic': 'orders/create' })
  })

  it('makes a body up', async () => {
    const receiver = createReceiver(shop, { secret }).onAny(() => {})
    const delivery = signDelivery(shop, { secret, type: 'claimed:app/uninstalled' })
    expect((await receiver.receive(delivery)).outcome).toBe('handled')
  })
})
