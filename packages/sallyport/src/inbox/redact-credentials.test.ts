import type { InboxEvent } from '../receive/inbox.ts'
import { describe, expect, it } from 'vitest'
import { credentialNames } from '../receive/credential-names.ts'
import { redactCredentials } from './redact-credentials.ts'

function redact(
  headers: InboxEvent['headers'],
  url = '/',
  { secretHeaders = [], names = [] }: { secretHeaders?: readonly string[]; names?: readonly string[] } = {},
): InboxEvent {
  const event: InboxEvent = {
    key: 'key',
    provider: 'test',
    type: 'note',
    id: 'id',
    keyId: 'secret-1',
    receivedAt: 0,
    method: 'POST',
    url,
    headers,
    signedHeaders: {},
    secretHeaders,
    body: new Uint8Array(),
  }
  return redactCredentials(event, names)
}

const { anywhere, words, parameters } = credentialNames

describe('redactCredentials', () => {
  it.each([
    'Authorization',
    'Proxy-Authorization',
    'X-Auth',
    'x-auth-key',
    'Cookie',
    'X-Hub-Signature',
    'x-shop-sig',
    'X-Gitlab-Token',
    'CF-Access-Client-Secret',
    'Cf-Access-Jwt-Assertion',
    'X-Goog-Iap-Jwt-Assertion',
    'X-API-Key',
    'apikey',
    'x-functions-key',
    'X-Session-Id',
    'Ocp-Apim-Subscription-Key',
    'x-vercel-protection-bypass',
    'X-Webhook-Key',
    'X-Signing-Key',
    'X-Shopify-Hmac-Sha256',
    'svix-signature',
    'X-Master-Key',
    ...anywhere.flatMap((name) => [name, `X-${name.toUpperCase()}-Value`]),
    ...words.flatMap((word) => [word, `X-${word}`, `x_${word}_value`]),
  ])('redacts the header %s', (name) => {
    expect(redact([[name, 'value']]).headers).toEqual([[name, '[redacted]']])
  })

  it('redacts the headers that the receiver checks', () => {
    const { headers } = redact(
      [
        ['X-Door', 'one'],
        ['x-door', 'two'],
        ['X-Window', 'three'],
      ],
      '/',
      { secretHeaders: ['x-DOOR'] },
    )
    expect(headers).toEqual([
      ['X-Door', '[redacted]'],
      ['x-door', '[redacted]'],
      ['X-Window', 'three'],
    ])
  })
})

describe('redactCredentials, other values', () => {
  it.each([
    'Content-Type',
    'Idempotency-Key',
    'webhook-id',
    'X-GitHub-Event',
    'X-Author',
    'User-Agent',
    'X-Request-Id',
    'X-Key',
    'X-Status-Code',
    'X-Pass',
    'X-Design',
  ])('keeps the header %s', (name) => {
    expect(redact([[name, 'value']]).headers).toEqual([[name, 'value']])
  })

  it.each([
    ['/hooks', '/hooks'],
    ['/hooks?shop=7&token=words', '/hooks?shop=7&token=[redacted]'],
    ['/hooks?api_key=a&b=%20&API%5FKEY=c', '/hooks?api_key=[redacted]&b=%20&API%5FKEY=[redacted]'],
    ['/hooks?sig=a=b&%zz=1', '/hooks?sig=[redacted]&%zz=1'],
    ['/token=kept/?a', '/token=kept/?a'],
    ['/hooks?code=a&statusCode=5&barcode=7', '/hooks?code=[redacted]&statusCode=5&barcode=7'],
    ['/hooks?key=a&monkey=b&idempotency_key=c', '/hooks?key=[redacted]&monkey=b&idempotency_key=c'],
    ['/hooks?signingKey=a&hmac=b', '/hooks?signingKey=[redacted]&hmac=[redacted]'],
    ['/hooks??token=a#access_token=b', '/hooks??token=[redacted]#access_token=[redacted]'],
    ['http://user:pass@word@host/hooks?a=b', 'http://[redacted]@host/hooks?a=b'],
    ['/hooks?to=a@b', '/hooks?to=a@b'],
    ['/hooks?token=one;two&a=b', '/hooks?token=[redacted]&a=b'],
  ])('turns the URL %s into %s', (url, kept) => {
    expect(redact([], url).url).toBe(kept)
  })

  it.each([...anywhere, ...words, ...parameters])('redacts the URL parameter %s', (name) => {
    expect(redact([], `/?${name}=a`).url).toBe(`/?${name}=[redacted]`)
  })

  it.each([
    ['Referer', 'https://shop.test/?token=a', 'https://shop.test/?token=[redacted]'],
    ['X-Original-URL', '/hooks?code=a&b=c', '/hooks?code=[redacted]&b=c'],
    [
      'Link',
      '<https://user:word@shop.test/?sig=a>; rel="next"',
      '<https://[redacted]@shop.test/?sig=[redacted]>; rel="next"',
    ],
    ['Accept', 'text/html;q=0.8, */*', 'text/html;q=0.8, */*'],
  ])('redacts addresses in the header %s', (name, value, kept) => {
    expect(redact([[name, value]]).headers).toEqual([[name, kept]])
  })

  it('redacts the parameter that the receiver checks, wherever a URL is repeated', () => {
    const { headers, url } = redact(
      [
        ['Referer', 'https://shop.test/?t=one&door=two'],
        ['t', 'three'],
      ],
      '/hooks?t=one&%74=two&door=three',
      { secretHeaders: ['?t'] },
    )
    expect(url).toBe('/hooks?t=[redacted]&%74=[redacted]&door=three')
    expect(headers).toEqual([
      ['Referer', 'https://shop.test/?t=[redacted]&door=two'],
      ['t', 'three'],
    ])
  })

  it.each(['one;two', 'one"two', 'one<two>', 'one=two?', 'one%3Btwo'])(
    'redacts the whole secret %s in a URL',
    (written) => {
      const { headers, url } = redact([['X-Original-URL', `/hooks?t=${written}&a=b`]], `/hooks?t=${written}&a=b`, {
        secretHeaders: ['?t'],
      })
      expect(url).toBe('/hooks?t=[redacted]&a=b')
      expect(headers).toEqual([['X-Original-URL', '/hooks?t=[redacted]&a=b']])
    },
  )

  it('redacts the names that the user adds', () => {
    const { headers, url } = redact([['X-Door', 'one']], '/?x-DOOR=two&door=three', { names: ['x-door'] })
    expect(headers).toEqual([['X-Door', '[redacted]']])
    expect(url).toBe('/?x-DOOR=[redacted]&door=three')
  })
})
