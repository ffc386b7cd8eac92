import { createReceiver, type Provider } from 'sallyport'
import { twilio } from 'sallyport/providers/twilio'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { describeSender, describeVectors, type Vector } from '../support/senders/describe-sender.ts'

const origin = 'https://mycompany.com'

const fieldsOf: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  message: { MessageSid: 'SM1' },
  'message-status': { MessageSid: 'SM1', MessageStatus: 'sent' },
  call: { CallSid: 'CA1' },
  recording: { RecordingSid: 'RE1', CallSid: 'CA1' },
}

function formOf(type: string, _time: string, data: Readonly<Record<string, unknown>>): URLSearchParams {
  const texts = Object.entries(data).map(([name, value]) => [name, String(value)])
  return new URLSearchParams({ ...fieldsOf[type], Other: type, ...Object.fromEntries(texts) })
}

describeSender('twilio', twilio({ origin }), { type: 'message', bodyOf: formOf, formOf })
describeSender('twilio, JSON', twilio({ origin, json: true }), {
  type: 'events',
  bodyOf: (type, _time, { id, ...data }) =>
    type === 'events' ? [{ type: 'com.twilio.test', id: String(id), ...data }] : { [type]: [data] },
})

// https://github.com/twilio/twilio-node, spec/validation.spec.js, read 29 November 2026.
const from = "the library's tests"
const form = 'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212'
const url = '/myapp.php?foo=1&bar=2'
const secret = '12345'
const otherSecret = '12346'
const signed = (signature: string): Record<string, string> => ({
  'content-type': 'application/x-www-form-urlencoded',
  'x-twilio-signature': signature,
})
const vector = (what: string, signature: string, more: Partial<Vector> = {}): Vector => ({
  from: `${from}: ${what}`,
  secret,
  otherSecret,
  headers: signed(signature),
  body: form,
  url,
  ...more,
})
const good = 'RSOYDt4T1cUTdK1PDd93/VVr8B8='

describeVectors(twilio({ origin }), [
  vector('a form', good, { event: { type: 'call', data: { Digits: '1234', From: '+14158675309' } } }),
  vector('the same fields in another order', good, { body: form.split('&').toReversed().join('&') }),
  vector('an URL that is signed with its port', 'kvajT1Ptam85bY51eRf/AJRuM3w='),
  vector('an URL with a quote', 'dsq4Ehbj6cs+KdTkpF5sSSplOWw=', { url: `${url}&Body=It's+amazing` }),
  vector('a repeated field', 'IK+Dwps556ElfBT0I3Rgjkr1wJU=', {
    body: 'Sid=CA123&SidAccount=AC123&Digits=5678&Digits=1234&Digits=1234',
  }),
])
describeVectors(twilio({ origin: `${origin}:1234` }), [vector('a port that is not signed', good)])
describeVectors(twilio({ origin: 'http://mycompany.com:1234' }), [
  vector('a port that is signed', 'Zmvh+3yNM1Phv2jhDCwEM3q5ebU='),
])
describeVectors(twilio({ origin: 'http://mycompany.com' }), [vector('port 80', '0ZXoZLH/DfblKGATFgpif+LLRf4=')])
describeVectors(twilio({ origin: 'https://user:pass@mycompany.com' }), [
  vector('a URL with credentials', 'CukzLTc1tT5dXEDIHm/tKBanW10='),
  vector('a URL with credentials and a port', 'ZQFR1PTIZXF2MXB8ZnKCvnnA+rI='),
])

const hash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620'
const json = {
  headers: { 'x-twilio-signature': 'a9nBmqA0ju/hNViExpshrM61xv4=' },
  body: '{"property": "value", "boolean": true}',
  url: `${url}&bodySHA256=${hash}`,
}
describeVectors(twilio({ origin, json: true }), [vector('JSON', '', json)])

// The SDK signed these on 29 November 2026, and took what signDelivery signs for the same requests.
const fromSdk = (what: string, signature: string, more: Partial<Vector>): Vector =>
  vector(what, signature, { url: '/sms?foo=1&bar=%C3%A9', ...more, from: `signed by twilio 6.3.1: ${what}` })
const jsonOfSdk = '[{"type":"com.twilio.test","id":"1","data":{"note":"Zoë, 你好, 🙈","none":null,"empty":""}}]'
describeVectors(twilio({ origin }), [
  fromSdk('letters of many alphabets', 'qA+gRcIbLXjRykvee4/CC5Ohmy8=', {
    body: 'MessageSid=SM1&Body=Zo%C3%AB%2C+%E4%BD%A0%E5%A5%BD%2C+%F0%9F%99%88+%2B+%26+%3D+%25&From=%2B14158675309',
    event: { type: 'message', data: { Body: 'Zoë, 你好, 🙈 + & = %', From: '+14158675309' } },
  }),
  fromSdk('empty fields', '//ckHz2jRoPaJ2m7rroIsm8+wK8=', {
    body: 'MessageSid=SM1&Body=&MediaUrl0=',
  }),
  fromSdk('names in both cases, repeated fields', 'qJbf5t6abah/M8KnwbpdKKWp+F8=', {
    body: 'MessageSid=SM1&a=1&B=2&_x=3&%C3%A9=4&Z=b&Z=a&Z=a',
  }),
])
describeVectors(twilio({ origin, json: true }), [
  fromSdk('JSON', '', {
    headers: { 'x-twilio-signature': 'w7lEwBXKlSPWlh1UdhqyjuIhpHU=' },
    url: '/events?foo=1&bodySHA256=1269afb9459b8d4c595fd16cb454fccaf75fe02064e3e00f9e7cdc8bdc80e2b1',
    body: jsonOfSdk,
    event: { type: 'events', data: { items: [{ id: '1', data: { empty: '' } }] } },
  }),
])

describe('twilio() behind a proxy', () => {
  const proxied = {
    method: 'POST',
    headers: {
      ...signed(good),
      host: '10.0.0.7:3000',
      'x-forwarded-proto': 'http',
      'x-forwarded-host': 'evil.example',
    },
    body: Buffer.from(form),
    secure: false,
    receivedAt: Date.now(),
  }
  const outcomeOf = async (usedOrigin: string, path: string) => {
    const reply = await createReceiver(twilio({ origin: usedOrigin }), { secret })
      .on('call', () => {})
      .receive({ ...proxied, url: path })
    return reply.code ?? reply.outcome
  }

  it('counts the URL that Twilio called, whatever the proxy says', async () => {
    expect(await outcomeOf(origin, url)).toBe('handled')
    for (const other of ['http://mycompany.com', 'https://evil.example', 'http://10.0.0.7:3000'])
      expect(await outcomeOf(other, url)).toBe('SIGNATURE_MISMATCH')
  })

  it('adds a path that the proxy took away', async () => {
    const [file, query] = url.split('?')
    expect(await outcomeOf(`${origin}${file}`, `?${query}`)).toBe('SIGNED_URL_INVALID')
    const provider = twilio({ origin: `${origin}/hooks` })
    const { headers, body } = signDelivery(twilio({ origin }), { secret, url: '/hooks/sms' })
    const delivery = { ...proxied, headers, body, url: '/sms' }
    const receiver = createReceiver(provider, { secret }).on('message', () => {})
    expect(await receiver.receive(delivery)).toMatchObject({ outcome: 'handled' })
  })
})

describe('twilio()', () => {
  it('reads no form where JSON is signed, and no JSON where forms are', async () => {
    const receive = async (isJson: boolean, delivery: Pick<Vector, 'headers' | 'body'> & { readonly url: string }) => {
      const provider: Provider = isJson ? twilio({ origin, json: true }) : twilio({ origin })
      const { body, headers, url: target } = delivery
      const bytes = Buffer.from(body as string)
      const incoming = { method: 'POST', url: target, headers, body: bytes, receivedAt: Date.now() }
      const reply = await createReceiver(provider, { secret }).receive(incoming)
      return reply.code ?? reply.outcome
    }
    const captured = { ...json, headers: { ...json.headers, 'content-type': 'application/json' } }
    expect(await receive(true, captured)).toBe('unknown')
    expect(await receive(false, captured)).toBe('SIGNATURE_MISMATCH')
    // The end of the signed URL as a field of a form.
    const asForm = {
      headers: signed(json.headers['x-twilio-signature']),
      url: `${url}&bodySHA25`,
      body: `6%3D=${hash}`,
    }
    expect(await receive(true, asForm)).toBe('CONTENT_TYPE_UNSUPPORTED')
    const asJson = { ...asForm, headers: captured.headers }
    expect(await receive(true, asJson)).toBe('SIGNED_URL_INVALID')
    // Twilio's signature cannot tell them apart, but such a form names no event.
    expect(await receive(false, asForm)).toBe('EVENT_UNIDENTIFIED')
  })

  it('retries forms for 15 s, and Event Streams for 4 hours', () => {
    expect(twilio({ origin }).retryWindow).toMatchObject({ ms: 15_000 })
    expect(twilio({ origin, json: true }).retryWindow).toMatchObject({ ms: 4 * 3_600_000 })
  })

  it('answers an empty TwiML', async () => {
    const receiver = createReceiver(twilio({ origin }), { secret }).on('message', () => {})
    const reply = await receiver.receive(signDelivery(twilio({ origin }), { secret }))
    expect(reply).toMatchObject({ status: 200, body: '<Response/>' })
    expect(reply.headers['content-type']).toMatch(/^text\/xml/)
  })

  it.each([undefined, {}, { origin: '' }, { origin: 'example.com' }, { origin: 'https://example.com/' }])(
    'needs the origin: %j',
    (options) => {
      expect(() => twilio(options as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    },
  )
})
