import { createReceiver } from 'sallyport'
import { meta } from 'sallyport/providers/meta'
import { signDelivery } from 'sallyport/testing'
import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

const verifyToken = 'meatyhamhock'
const query = `?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${verifyToken}`

describeSender('meta', meta({ verifyToken }), {
  type: 'page',
  handshakes: [{ query, answer: { status: 200, body: '1158201444' } }],
  bodyOf(object, time, { id, ...data }) {
    const message = { mid: JSON.stringify(id ?? 'm_1'), ...data }
    const value = { messaging_product: 'whatsapp', messages: [{ id: message.mid, ...data }] }
    const isMessage = object === 'page' || object === 'instagram'
    const content = isMessage ? { messaging: [{ message }] } : { changes: [{ field: 'messages', value }] }
    return { object, entry: [{ id: '1', time: Date.parse(time), ...content }] }
  },
})

const secret = 'app-secret-of-meta'

describe('a delivery of Meta', () => {
  const receive = (text: string, signedText = text) =>
    createReceiver(meta(), { secret })
      .onAny(() => {})
      .receive({
        method: 'POST',
        url: '/',
        headers: {
          'content-type': 'application/json',
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(signedText).digest('hex')}`,
        },
        body: Buffer.from(text),
        receivedAt: Date.now(),
      })
  const escaped = String.raw`{"object":"page","entry":[{"messaging":[{"message":{"text":"\u00e4\u00f6\u00e5"}}]}]}`

  it('is verified as it was sent, with its letters escaped', async () => {
    expect(await receive(escaped)).toMatchObject({ outcome: 'handled' })
    const decoded = JSON.stringify(JSON.parse(escaped))
    expect(decoded).not.toBe(escaped)
    expect(await receive(decoded, escaped)).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  it('may name the fields alone, or have no values', async () => {
    for (const entry of [{ changed_fields: ['photos'] }, { changes: [{ field: 'photos' }] }, {}]) {
      const body = { object: 'user', entry: [entry] }
      const delivery = signDelivery(meta(), { secret, body })
      const reply = await createReceiver(meta(), { secret })
        .onAny(() => {})
        .receive(delivery)
      expect(reply).toMatchObject({ outcome: 'handled' })
    }
  })
})

describe('the verify token of Meta', () => {
  it('may be rotated', async () => {
    const receiver = createReceiver(meta({ verifyToken: ['other-token', verifyToken] }), { secret })
    const reply = await receiver.receive({ method: 'GET', url: `/${query}`, headers: {}, body: new Uint8Array() })
    expect(reply).toMatchObject({ outcome: 'handshake', body: '1158201444' })
  })

  it('is needed for a GET', async () => {
    const receiver = createReceiver(meta(), { secret })
    const reply = await receiver.receive({ method: 'GET', url: `/${query}`, headers: {}, body: new Uint8Array() })
    expect(reply).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
  })

  it.each([
    [undefined, 'SECRET_MISSING'],
    [[], 'SECRET_MISSING'],
    ['', 'SECRET_INVALID'],
    [' a', 'SECRET_INVALID'],
  ])('is checked at start: %j', (token, code) => {
    expect(() => meta({ verifyToken: token })).toThrow(expect.objectContaining({ code }))
  })

  it('is not printed', () => {
    expect(inspect(meta({ verifyToken }), { depth: 9, showHidden: true })).not.toContain(verifyToken)
  })
})

// https://github.com/WhatsApp/WhatsApp-Nodejs-SDK/blob/main/src/__tests__/utils.test.ts, with the secret of its jest.config.ts.
describeVectors(meta(), [
  {
    from: 'the tests of WhatsApp-Nodejs-SDK',
    secret: 'TEST_APP_SECRET',
    headers: { 'x-hub-signature-256': 'sha256=0c61947b610d4f45e65f3d680e26027121ec2413e77598bcb6cfc6e0d9888221' },
    body: 'test',
    isJson: false,
  },
])
