import { createReceiver, SallyportError, type Delivery, type Provider, type Receiver } from 'sallyport'
import { webhook, type LambdaContext, type LambdaHttpEvent } from 'sallyport/lambda'
import { defineProvider, hmac, noTimestamp, parts, withHttps } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { awsEvents, foreignEvents } from '../support/adapters/aws-events.ts'

const secret = 'whsec_b24tbGFtYmRh'
const json = '{"event_type":"agent.message","content":"ü 🌸"}'
const sign = (body = json): SignedDelivery => signDelivery(sonzai(), { secret, body })

interface Opened {
  readonly receiver: Receiver
  readonly handled: Delivery[]
  readonly errors: unknown[]
  /** Calls the function, with the event as the runtime parses it. */
  call(event: LambdaHttpEvent, context?: LambdaContext): Promise<{ status: number; code?: string; answer: object }>
}

function open(provider: Provider = sonzai()): Opened {
  const handled: Delivery[] = []
  const errors: unknown[] = []
  const receiver = createReceiver(provider, { secret })
    .onAny((_event, { delivery }) => void handled.push(delivery))
    .onError((error) => void errors.push(error))
  const handler = webhook(receiver)
  return {
    receiver,
    handled,
    errors,
    async call(event, context) {
      const answer = await handler(JSON.parse(JSON.stringify(event)) as LambdaHttpEvent, context)
      const { code } = (answer.body === '' ? {} : JSON.parse(answer.body)) as { code?: string }
      return { status: answer.statusCode, ...(code !== undefined && { code }), answer }
    },
  }
}

/** Puts a delivery into an event of format 2.0. */
function toEvent({ plainHeaders, body }: SignedDelivery, members: Partial<LambdaHttpEvent> = {}): LambdaHttpEvent {
  return {
    version: '2.0',
    rawPath: '/hook',
    rawQueryString: '',
    headers: plainHeaders,
    requestContext: { domainName: 'id.lambda-url.us-west-2.on.aws', http: { method: 'POST', sourceIp: '192.0.2.7' } },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
    ...members,
  }
}

/** And into one of a REST API. */
function toRestEvent({ plainHeaders, body }: SignedDelivery, members: Partial<LambdaHttpEvent> = {}): LambdaHttpEvent {
  return {
    path: '/hook',
    httpMethod: 'POST',
    headers: plainHeaders,
    multiValueHeaders: Object.fromEntries(Object.entries(plainHeaders).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    requestContext: { path: '/prod/hook', identity: { sourceIp: '192.0.2.7' } },
    body: Buffer.from(body).toString('utf8'),
    isBase64Encoded: false,
    ...members,
  }
}

const balancer = awsEvents['load balancer'].requestContext

/** And into one of a load balancer. */
function toBalancerEvent(delivery: SignedDelivery, members: Partial<LambdaHttpEvent> = {}): LambdaHttpEvent {
  const { multiValueHeaders: _, ...event } = toRestEvent(delivery, { requestContext: balancer })
  return { ...event, ...members }
}

describe('the events of the documents of AWS', () => {
  const forms: Readonly<Record<string, readonly string[]>> = {
    'load balancer': ['body', 'headers', 'isBase64Encoded', 'statusCode', 'statusDescription'],
    'load balancer, with multi-value headers': [
      'body',
      'isBase64Encoded',
      'multiValueHeaders',
      'statusCode',
      'statusDescription',
    ],
    "load balancer's health check": ['body', 'headers', 'isBase64Encoded', 'statusCode', 'statusDescription'],
  }

  it.each(Object.entries(awsEvents))('%s: is answered in its form', async (name, event) => {
    const { call, errors } = open()
    const { answer, status } = await call(event)
    expect(Object.keys(answer).toSorted()).toEqual(forms[name] ?? ['body', 'headers', 'isBase64Encoded', 'statusCode'])
    const { method } = 'http' in event.requestContext ? event.requestContext.http : { method: '' }
    const isPost = method === 'POST' || name === 'REST API'
    // Those that POST are not signed; their bodies are not JSON by their headers, but for one.
    expect(status).toBe(isPost ? (name === 'REST API' ? 401 : 415) : 405)
    expect(answer).toMatchObject({ isBase64Encoded: false, body: expect.stringMatching(/^\{"type":/) as string })
    if (status === 405 && 'statusDescription' in answer) expect(answer.statusDescription).toBe('405 Method Not Allowed')
    expect(errors).toEqual([])
  })

  it.each(Object.entries(awsEvents))('%s: carries a delivery', async (name, event) => {
    const { call, handled } = open()
    const { plainHeaders, body } = sign()
    const changed: Record<string, unknown> = { ...event, body: Buffer.from(body).toString(), isBase64Encoded: false }
    if ('httpMethod' in event) changed['httpMethod'] = 'POST'
    else changed['requestContext'] = { ...event.requestContext, http: { ...event.requestContext.http, method: 'POST' } }
    if ('headers' in event) changed['headers'] = { ...event.headers, ...plainHeaders }
    if ('multiValueHeaders' in event) {
      const { 'Content-Type': _, ...others } = event.multiValueHeaders as Record<string, readonly string[]>
      const lists = Object.fromEntries(Object.entries(plainHeaders).map(([header, value]) => [header, [value]]))
      changed['multiValueHeaders'] = { ...others, ...lists }
    }
    if (name === 'REST API') delete (changed['headers'] as Record<string, string>)['Content-Type']
    expect(await call(changed as unknown as LambdaHttpEvent)).toMatchObject({ status: 200 })
    const { url, remoteAddress, method, secure, body: received } = handled[0]!
    expect(Buffer.from(received).toString()).toBe(json)
    expect({ method, url, remoteAddress, secure }).toEqual({ method: 'POST', ...facts[name] })
  })

  const path = '/my/path?parameter1=value1&parameter1=value2&parameter2=value'
  const facts: Readonly<Record<string, object>> = {
    'HTTP API, format 2.0': { url: path, remoteAddress: 'IP', secure: true },
    'HTTP API, format 2.0, without a body': {
      url: '/default/nodejs-apig-function-1G3XMPLZXVXYI',
      remoteAddress: '205.255.255.176',
      secure: true,
    },
    'function URL': { url: path, remoteAddress: '123.123.123.123' },
    'HTTP API, format 1.0': { url: path, remoteAddress: 'IP', secure: true },
    'REST API': {
      url: '/hello/world?name=me&multivalueName=you&multivalueName=me',
      remoteAddress: '192.168.196.186',
      secure: true,
    },
    'REST API, with the path of its stage': { url: '/Prod/', secure: true },
    'load balancer': { url: '/lambda?query=1234ABCD', remoteAddress: '72.12.164.125' },
    'load balancer, with multi-value headers': { url: '/?myKey=val1&myKey=val2', remoteAddress: '72.21.198.66' },
    "load balancer's health check": { url: '/' },
  }

  it('pass every value of a header, and the cookies', async () => {
    const { call, handled } = open()
    const delivery = sign()
    const beside = { 'X-List': ['a', 'b'] }
    const { multiValueHeaders } = toRestEvent(delivery)
    await call(toRestEvent(delivery, { multiValueHeaders: { ...multiValueHeaders, ...beside } }))
    await call(toEvent(sign(json.replace('ü', 'u')), { cookies: ['a=1', 'b=2'] }))
    expect(handled[0]!.headers.getAll('x-list')).toEqual(['a', 'b'])
    expect(handled[1]!.headers.getAll('cookie')).toEqual(['a=1', 'b=2'])
  })
})

describe('an event that is no HTTP request', () => {
  it.each(Object.entries(foreignEvents))('%s: is an error', async (_name, event) => {
    const { call, receiver } = open()
    const error: unknown = await webhook(receiver)(event as never).catch((thrown: unknown) => thrown)
    expect(SallyportError.is(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'REQUEST_UNREADABLE',
      message: expect.stringContaining('sallyport/lambda') as string,
    })
    expect(String(error)).not.toMatch(/messageId|059f36b4|bucket"|connectionId=/)
    expect(await call(toEvent(sign()))).toMatchObject({ status: 200 })
  })
})

describe('an event that is damaged', () => {
  const damages: Readonly<Record<string, readonly [object, string]>> = {
    'base64 with a foreign character': [{ body: 'eyJ9*' }, 'REQUEST_UNREADABLE'],
    'base64 without its padding': [
      { body: Buffer.from('{}').toString('base64').replace(/=+$/, '') },
      'REQUEST_UNREADABLE',
    ],
    'base64 with leftover bits': [{ body: 'e31=' }, 'REQUEST_UNREADABLE'],
    'base64 of URLs': [{ body: '-_-_' }, 'REQUEST_UNREADABLE'],
    'base64 in lines': [{ body: 'e30\n=' }, 'REQUEST_UNREADABLE'],
    'a flag as text': [{ isBase64Encoded: 'true' }, 'REQUEST_UNREADABLE'],
    'half a surrogate pair': [{ body: 'a\ud83c', isBase64Encoded: false }, 'REQUEST_UNREADABLE'],
    'a body as a number': [{ body: 5 }, 'REQUEST_UNREADABLE'],
    'a parsed body': [{ body: { event_type: 'agent.message' } }, 'BODY_ALREADY_PARSED'],
    'headers as text': [{ headers: 'x: 1' }, 'REQUEST_UNREADABLE'],
    'a header as a list of objects': [{ headers: { 'x-list': [{}] } }, 'REQUEST_UNREADABLE'],
    'no method': [{ requestContext: { http: {} } }, 'REQUEST_UNREADABLE'],
    'a method as a number': [{ requestContext: { http: { method: 5 } } }, 'REQUEST_UNREADABLE'],
  }

  it.each(Object.entries(damages))('%s: is answered 500, and reported', async (_name, [change, code]) => {
    const { receiver, errors, handled } = open()
    // Not through JSON, which replaces half a pair.
    const { statusCode, body } = await webhook(receiver)({ ...toEvent(sign()), ...change })
    expect({ statusCode, code: (JSON.parse(body) as { code: string }).code }).toEqual({ statusCode: 500, code })
    expect(errors).toMatchObject([{ code }])
    expect(handled).toEqual([])
  })

  it.each([[{ headers: null }], [{ headers: undefined, cookies: null }], [{ multiValueHeaders: null, headers: {} }]])(
    'counts %j as no headers',
    async (change) => {
      const { call } = open()
      expect(await call({ ...toEvent(sign()), ...change })).toMatchObject({ code: 'CONTENT_TYPE_UNSUPPORTED' })
    },
  )

  it.each([[{ body: null }], [{ body: '' }], [{ body: undefined }]])('counts %j as no body', async (change) => {
    const { call } = open()
    expect(await call({ ...toEvent(sign('')), ...change })).toMatchObject({ code: 'BODY_NOT_JSON' })
  })
})

describe('repeated security headers', () => {
  const anything = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } } as const
  const providers: readonly Provider[] = [
    sonzai(),
    invoratec(),
    github(),
    stripe(),
    standardWebhooks({ events: { 'contact.created': anything } }),
  ] as never

  describe.each(providers.map((provider) => [provider.name, provider] as const))('of %s', (_name, provider) => {
    const delivery = signDelivery(provider, { secret })
    const names = Object.keys(delivery.plainHeaders).filter((name) =>
      provider.scheme.secretHeaders.includes(name.toLowerCase()),
    )

    it('are rejected where format 2.0 has joined them', async () => {
      expect(names.length).toBeGreaterThan(0)
      for (const name of names) {
        const { call, handled } = open(provider)
        const value = delivery.plainHeaders[name]!
        const headers = { ...delivery.plainHeaders, [name]: `${value},${value}` }
        expect((await call(toEvent(delivery, { headers }))).status).toBeOneOf([400, 401])
        expect(handled).toEqual([])
        expect((await call(toEvent(delivery))).status).toBe(200)
      }
    })

    it('are rejected where headers hides one', async () => {
      for (const name of names) {
        const { call, handled } = open(provider)
        const value = delivery.plainHeaders[name]!
        const { multiValueHeaders, ...event } = toRestEvent(delivery)
        const lists = { ...multiValueHeaders, [name]: [value, value] }
        expect(await call({ ...event, multiValueHeaders: lists })).toMatchObject({ code: 'HEADER_DUPLICATED' })
        const spelled = { ...multiValueHeaders, [name.toUpperCase()]: [value], [name.toLowerCase()]: [value] }
        expect(await call({ ...event, multiValueHeaders: spelled })).toMatchObject({ code: 'HEADER_DUPLICATED' })
        expect(handled).toEqual([])
      }
    })
  })
})

describe('a sender that signs the URL', () => {
  const signer: Provider = defineProvider({
    name: 'signs-urls',
    scheme: hmac({
      header: 'x-signature',
      encoding: 'hex',
      signed: [parts.url('https://receiver.example'), parts.literal('\n'), parts.body],
      freshness: noTimestamp('it signs none'),
    }),
    events: {},
    identify: () => ({ type: 'any', data: undefined }),
  })
  const signUrl = (url: string): SignedDelivery => signDelivery(signer, { secret, body: '{}', url })
  const lambdaUrl = 'id.lambda-url.us-west-2.on.aws'
  const httpApi = { requestContext: { domainName: 'id.execute-api.us-east-1.amazonaws.com', http: { method: 'POST' } } }
  const rest = (path: string, query: Record<string, readonly string[]> | null) => ({
    requestContext: { path, identity: {} },
    multiValueQueryStringParameters: query,
  })

  it.each([
    ['a function URL', '/hook?b=%2F+&a=&b', { rawPath: '/hook', rawQueryString: 'b=%2F+&a=&b' }],
    ['a function URL with an encoded path', '/h%40k%2F', { rawPath: '/h%40k%2F' }],
    ['an HTTP API', '/prod/hook?b=%2F&a=1', { rawPath: '/prod/hook', rawQueryString: 'b=%2F&a=1', ...httpApi }],
  ])('is verified behind %s', async (_name, url, members) => {
    const { call, errors } = open(signer)
    expect({ ...(await call(toEvent(signUrl(url), members))), errors }).toMatchObject({ status: 200, errors: [] })
  })

  it.each([
    ['without a query', '/prod/hook', rest('/prod/hook', null)],
    ['with one plain parameter', '/prod/hook?bodySHA256=00ff', rest('/prod/hook', { bodySHA256: ['00ff'] })],
    ['with an encoded path', '/prod/h%40k', rest('/prod/h%40k', null)],
  ])('is verified behind a REST API %s', async (_name, url, members) => {
    const { call } = open(signer)
    expect(await call(toRestEvent(signUrl(url), members))).toMatchObject({ status: 200 })
  })

  it('is verified behind a load balancer with one parameter', async () => {
    const { call } = open(signer)
    const event = toBalancerEvent(signUrl('/hook?a=%2Fb+c'), { multiValueQueryStringParameters: { a: ['%2Fb+c'] } })
    expect(await call(event)).toMatchObject({ status: 200 })
  })

  it.each<[string, string, (delivery: SignedDelivery) => LambdaHttpEvent]>([
    [
      'a REST API passes parameters in no order',
      '/prod/hook?a=1&b=2',
      (delivery) => toRestEvent(delivery, rest('/prod/hook', { a: ['1'], b: ['2'] })),
    ],
    [
      'a REST API decodes a value',
      '/prod/hook?a=%2F',
      (delivery) => toRestEvent(delivery, rest('/prod/hook', { a: ['/'] })),
    ],
    [
      'a REST API passes an empty value',
      '/prod/hook?a',
      (delivery) => toRestEvent(delivery, rest('/prod/hook', { a: [''] })),
    ],
    ['an HTTP API decodes the path', '/h%40k', (delivery) => toEvent(delivery, { rawPath: '/h@k', ...httpApi })],
    [
      'an HTTP API decodes the path, format 1.0',
      '/h%40k',
      (delivery) => toRestEvent(delivery, { version: '1.0', path: '/h@k' }),
    ],
    [
      'a load balancer passes parameters by name',
      '/hook?a=1&b=2',
      (delivery) => toBalancerEvent(delivery, { multiValueQueryStringParameters: { a: ['1'], b: ['2'] } }),
    ],
    [
      'a load balancer may hide a parameter of the same name',
      '/hook?a=1',
      (delivery) => toBalancerEvent(delivery, { queryStringParameters: { a: '1' } }),
    ],
  ])('is answered 500 where %s', async (_name, url, toLambda) => {
    const { call, errors, handled } = open(signer)
    expect(await call(toLambda(signUrl(url)))).toMatchObject({ status: 500, code: 'REQUEST_UNREADABLE' })
    expect(errors).toMatchObject([{ message: expect.stringContaining('this host passes it decoded') as string }])
    expect(handled).toEqual([])
  })

  it.each([
    ['a letter that shares its last byte', '/hook/A', { rawPath: '/hook/Ł' }],
    ['a decoded question mark', '/hook?a=1', { rawPath: '/hook?a=1' }],
    ['a decoded number sign', '/hook#a', { rawPath: '/hook#a' }],
    ['another domain', '/other', { rawPath: '/hook' }],
  ])('is not verified for %s', async (_name, url, members) => {
    for (const domainName of [lambdaUrl, httpApi.requestContext.domainName]) {
      const { call, handled } = open(signer)
      const requestContext = { domainName, http: { method: 'POST' } }
      expect((await call(toEvent(signUrl(url), { ...members, requestContext }))).status).toBeOneOf([401, 500])
      expect(handled).toEqual([])
    }
  })
})

describe('HTTPS', () => {
  const usual = sonzai()
  const overHttps: Provider = { ...usual, scheme: withHttps(usual.scheme) }
  const http = { method: 'POST' }

  it('is what API Gateway has alone', async () => {
    const { call } = open(overHttps)
    const requestContext = { domainName: 'id.execute-api.us-east-1.amazonaws.com', http }
    expect((await call(toEvent(sign(), { requestContext }))).status).toBe(200)
    expect((await call(toRestEvent(sign(json.replace('ü', 'u'))))).status).toBe(200)
  })

  it('is unknown behind a load balancer and a function URL', async () => {
    const claims = { 'x-forwarded-proto': 'https' }
    for (const event of [toEvent(sign()), toBalancerEvent(sign())]) {
      const { call, errors } = open(overHttps)
      expect((await call({ ...event, headers: { ...event.headers, ...claims } })).status).toBe(500)
      expect(errors).toMatchObject([{ message: expect.stringContaining('name the header of your proxy') as string }])
    }
  })
})

describe('the address behind a load balancer', () => {
  it.each([
    ['203.0.113.9', '203.0.113.9'],
    ['10.0.0.1, 203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:4711', '203.0.113.9'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['2001:db8::1', '2001:db8::1'],
  ])('of %s is %s', async (forwarded, address) => {
    const { call, handled } = open()
    const delivery = sign()
    const headers = { ...delivery.plainHeaders, 'x-forwarded-for': forwarded }
    await call(toBalancerEvent(delivery, { headers }))
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
    lists['x-forwarded-for'] = ['198.51.100.1', forwarded]
    const other = sign(json.replace('ü', 'u'))
    const { 'Sonzai-Signature': signature } = other.plainHeaders
    await call(toBalancerEvent(other, { multiValueHeaders: { ...lists, 'Sonzai-Signature': [signature!] } }))
    expect(handled.map(({ remoteAddress }) => remoteAddress)).toEqual([address, address])
  })
})
