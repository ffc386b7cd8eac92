import type { InboxEvent } from '../receive/inbox.ts'
import { describe, expect, it } from 'vitest'
import { redactCredentials } from './redact-credentials.ts'

function redact(headers: InboxEvent['headers'], url = '/', secretHeaders: readonly string[] = []): InboxEvent {
  return redactCredentials({
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
  })
}

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
  ])('%s', (name) => {
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
      ['x-DOOR'],
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
  ])('keeps the header %s', (name) => {
    expect(redact([[name, 'value']]).headers).toEqual([[name, 'value']])
  })

  it.each([
    ['/hooks', '/hooks'],
    ['/hooks?shop=7&token=words', '/hooks?shop=7&token=[redacted]'],
    ['/hooks?api_key=a&b=%20&API%5FKEY=c', '/hooks?api_key=[redacted]&b=%20&API%5FKEY=[redacted]'],
    ['/hooks?sig=a=b&%zz=1', '/hooks?sig=[redacted]&%zz=1'],
    ['/token=kept/?a', '/token=kept/?a'],
  ])('turns the URL %s into %s', (url, kept) => {
    expect(redact([], url).url).toBe(kept)
  })
})
