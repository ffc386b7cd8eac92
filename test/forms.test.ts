import { createReceiver, safeVerify } from 'sallyport'
import { decodeBody, defineProvider, fromBody, hmac, parts, readId } from 'sallyport/provider'
import { signDelivery, type SignOptions } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { untilCount, useInboxes } from './support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()
const secret = 'form-secret'
const now = Date.UTC(2026, 3, 12)

/** Events in JSON or in a form, some with JSON in a field, as Slack's interactivity. */
const chat = defineProvider({
  name: 'chat',
  scheme: hmac({
    header: 'x-chat-signature',
    encoding: 'hex',
    signed: [parts.body],
    freshness: fromBody('at', 'seconds'),
  }),
  identify({ body }) {
    const { type, payload } = body
    if (typeof payload !== 'string') return { id: readId(body, 'id'), type, data: body }
    const inner = decodeBody(Buffer.from(payload))
    return inner.ok ? { id: readId(inner.body, 'id'), type: inner.body['type'], data: inner.body } : inner
  },
  events: { command: z.looseObject({ text: z.string() }), action: z.looseObject({ id: z.number() }) },
  forms: true,
})

const form = { id: '7', type: 'command', text: 'a & b = ü+1' }
const sign = (fields: Record<string, string> = form, options: Partial<SignOptions> = {}) =>
  signDelivery(chat, { secret, now, body: new URLSearchParams(fields), ...options })

function make(options: object = {}) {
  const data: unknown[] = []
  const ids: string[] = []
  const receiver = createReceiver(chat, { secret, now: () => now, ...options }).onAny((event) => {
    data.push(event.data)
    ids.push(event.id)
  })
  return { receiver, data, ids }
}

describe('a form', () => {
  it('is signed, sent and read', async () => {
    const { receiver, data, ids } = make()
    const delivery = sign()
    expect(delivery.plainHeaders['Content-Type']).toBe('application/x-www-form-urlencoded')
    expect(Buffer.from(delivery.body).toString()).toContain('text=a+%26+b+%3D+%C3%BC%2B1')
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handled' })
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'duplicate' })
    expect(data).toEqual([{ ...form, at: String(now / 1000) }])
    expect(ids).toEqual(['7'])
  })

  it('has a fresh time', async () => {
    const { receiver } = make()
    expect(await receiver.receive(sign(form, { now: now - 3_600_000 }))).toMatchObject({ code: 'TIMESTAMP_STALE' })
    const twice = signDelivery(chat, { secret, body: `type=command&text=a&at=${now / 1000}&at=1` })
    expect(await receiver.receive(twice)).toMatchObject({ code: 'TIMESTAMP_MALFORMED' })
  })

  it('may hold JSON, with every digit of its ids', async () => {
    const { receiver, ids } = make()
    const payload = '{"type":"action","id":9007199254740993}'
    expect(await receiver.receive(sign({ payload }))).toMatchObject({ outcome: 'handled' })
    expect(ids).toEqual(['9007199254740993'])
    expect(await receiver.receive(sign({ payload: '{' }))).toMatchObject({ code: 'BODY_NOT_JSON' })
  })

  it('is edited by field', async () => {
    const { receiver, data } = make()
    const edit = (fields: Record<string, unknown>) => ({ ...fields, tag: ['a', 'b'], text: undefined, id: 8 })
    await receiver.receive(sign(form, { edit }))
    expect(await receiver.receive(sign(form, { edit }))).toMatchObject({ code: 'PAYLOAD_INVALID' })
    await receiver.receive(sign(form, { edit: (fields) => ({ ...edit(fields), text: 'x' }) }))
    expect(data).toEqual([{ id: '8', type: 'command', text: 'x', tag: ['a', 'b'], at: String(now / 1000) }])
  })

  it('is verified without a receiver', async () => {
    const { headers, body } = sign()
    const result = await safeVerify(chat, { secret, headers, body, receivedAt: now })
    expect(result).toMatchObject({ ok: true, event: { type: 'command', data: form } })
  })

  it('is kept by an inbox, through a replay', async () => {
    const inbox = openInbox(makePath())
    const { receiver, data } = make({ inbox })
    expect(await receiver.receive(sign())).toMatchObject({ outcome: 'accepted' })
    await untilCount(inbox, 'done', 1)
    const { key } = (await inbox.list()).events[0]!
    expect((await receiver.checkStored((await inbox.get(key))!)).data).toEqual({ ok: true })
    await inbox.replay(key)
    await expect.poll(() => data.length).toBe(2)
    expect(data[1]).toEqual({ ...form, at: String(now / 1000) })
  })
})
