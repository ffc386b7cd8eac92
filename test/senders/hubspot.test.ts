import { createReceiver } from 'sallyport'
import { hubspot } from 'sallyport/providers/hubspot'
import { signDelivery } from 'sallyport/testing'
import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors } from '../support/senders/describe-sender.ts'

const provider = hubspot({ origin: 'https://www.example.com' })

describeSender('hubspot', provider, {
  type: 'events',
  bodyOf(type, time, { id, ...data }) {
    const event = { subscriptionType: 'contact.propertyChange', objectId: 1, occurredAt: Date.parse(time) }
    const list = [{ ...event, attemptNumber: 0, propertyValue: JSON.stringify(id ?? 1), ...data }]
    return type === 'events' ? list : { [type]: list }
  },
})

// The tests of hubspot-api-python and hubspot-api-ruby, read 29 November 2026: their body is no JSON.
describeVectors(provider, [
  {
    from: "the tests of HubSpot's own libraries",
    secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
    url: '/webhook_uri',
    headers: {
      'x-hubspot-request-timestamp': '15000000',
      'x-hubspot-signature-v3': 'HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=',
    },
    body: "{'example_field':'example_value'}",
    at: 15_000_000,
    isJson: false,
  },
  {
    from: 'signed by @hubspot/api-client 14.0.1',
    secret: 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy',
    url: '/webhook_uri',
    headers: {
      'x-hubspot-request-timestamp': '1790000000000',
      'x-hubspot-signature-v3': '+EOnfTmDP/pLA/O8ShCD0CJ3L5GJbsZ4TRICmZB2bB8=',
    },
    body: '[{"eventId":1,"subscriptionId":12345,"portalId":62515,"occurredAt":1564113600000,"subscriptionType":"contact.creation","attemptNumber":0,"objectId":123,"changeSource":"CRM","changeFlag":"NEW","appId":54321}]',
    at: 1_790_000_000_000,
    event: { type: 'events', data: { items: [{ subscriptionType: 'contact.creation', objectId: 123 }] } },
  },
])

const secret = 'client-secret-of-hubspot'
const event = { subscriptionType: 'contact.creation', eventId: 100, objectId: 123, attemptNumber: 0 }

describe('the URL that HubSpot signs', () => {
  const receive = (url: string, signedUrl: string) => {
    const now = Date.now()
    const body = JSON.stringify([event])
    const message = `POST${signedUrl}${body}${now}`
    return createReceiver(provider, { secret })
      .on('events', () => {})
      .receive({
        method: 'POST',
        url,
        headers: {
          'content-type': 'application/json',
          'x-hubspot-request-timestamp': String(now),
          'x-hubspot-signature-v3': createHmac('sha256', secret).update(message).digest('base64'),
        },
        body: Buffer.from(body),
        receivedAt: now,
      })
  }

  it('has its listed characters decoded, and no others', async () => {
    const url = '/hook?src=hs%3Aapp%2Fv3&x=%28a%29%21%24%27%2A%2C%3B%40%3F&keep=%20%26%3D'
    const signedUrl = "https://www.example.com/hook?src=hs:app/v3&x=(a)!$'*,;@?&keep=%20%26%3D"
    expect(await receive(url, signedUrl)).toMatchObject({ outcome: 'handled' })
    expect(await receive(url, `https://www.example.com${url}`)).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  it.each(['http://www.example.com/hook', 'https://example.com/hook', 'https://www.example.com/hook/'])(
    'is not %s',
    async (signedUrl) => {
      expect(await receive('/hook', 'https://www.example.com/hook')).toMatchObject({ outcome: 'handled' })
      expect(await receive('/hook', signedUrl)).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    },
  )

  it.each(['https://example.com/', 'example.com', 'http://example.com', '', undefined])(
    'has no origin %j',
    (origin) => {
      expect(() => hubspot({ origin: origin as never })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    },
  )
})

describe('a batch of HubSpot', () => {
  const deliver = async (bodies: readonly unknown[]) => {
    const receiver = createReceiver(provider, { secret }).on('events', () => {})
    const outcomes = []
    for (const [index, body] of bodies.entries()) {
      const delivery = signDelivery(provider, { secret, body, now: Date.now() + index * 1_000 })
      const { code, outcome } = await receiver.receive(delivery)
      outcomes.push(code ?? outcome)
    }
    return outcomes
  }

  it('is a duplicate when it is tried again', async () => {
    expect(await deliver([[event], [{ ...event, attemptNumber: 1 }], [event, event]])).toEqual([
      'handled',
      'duplicate',
      'handled',
    ])
  })

  it('is another one with another event of the same id', async () => {
    const long = (digits: string) => `[{"subscriptionType":"contact.creation","eventId":1,"objectId":${digits}}]`
    expect(await deliver([long('9007199254740992'), long('9007199254740993')])).toEqual(['handled', 'handled'])
  })

  it.each([[[]], [[{}]], [[event, null]], [event], [{ items: 5 }]])('is rejected without events: %j', async (body) => {
    expect(await deliver([body])).toEqual(['EVENT_UNIDENTIFIED'])
  })
})
