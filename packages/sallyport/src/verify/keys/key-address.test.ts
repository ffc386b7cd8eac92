import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAddressCheck } from './key-address.ts'

const check = createAddressCheck({
  hosts: ['api.paypal.com', 'sns.*.amazonaws.com'],
  path: /^\/(?:certs\/[\w-]+|[\w-]+\.pem)$/,
})

describe('an address of a key', () => {
  it.each([
    'https://api.paypal.com/certs/CERT-360caa42-fca2a594',
    'https://sns.us-east-1.amazonaws.com/SimpleNotificationService-7506a1e35b36ef5a444dd1a8e7cc3ed8.pem',
  ])('is accepted: %s', (address) => {
    expect(check(address)?.href).toBe(address)
  })

  it.each([
    ['without HTTPS', 'http://api.paypal.com/certs/a'],
    ['on another port', 'https://api.paypal.com:8443/certs/a'],
    ['on the default port, spelled out', 'https://api.paypal.com:443/certs/a'],
    ['with a user', 'https://api.paypal.com@evil.example/certs/a'],
    ['with a user before the host', 'https://evil.example@api.paypal.com/certs/a'],
    ['on a host that ends alike', 'https://evilapi.paypal.com/certs/a'],
    ['on a host that begins alike', 'https://api.paypal.com.evil.example/certs/a'],
    ['on a host above', 'https://paypal.com/certs/a'],
    ['on a host below', 'https://x.api.paypal.com/certs/a'],
    ['with a dot at the end of the host', 'https://api.paypal.com./certs/a'],
    ['with capital letters', 'https://API.paypal.com/certs/a'],
    ['with a letter that looks alike', 'https://api.pаypal.com/certs/a'],
    ['with a full-width dot', 'https://api.paypal。com/certs/a'],
    ['with a Punycode label for the star', 'https://sns.xn--us-east-1-9za.amazonaws.com/a.pem'],
    ['with two labels for the star', 'https://sns.a.b.amazonaws.com/a.pem'],
    ['with no label for the star', 'https://sns.amazonaws.com/a.pem'],
    ['in a bucket', 'https://sns.s3.amazonaws.com.evil.example/a.pem'],
    ['of a bucket with the name of the service', 'https://sns-bucket.s3.amazonaws.com/a.pem'],
    ['with another path', 'https://api.paypal.com/redirect'],
    ['with a dot segment', 'https://api.paypal.com/certs/../evil'],
    ['with an escape', 'https://api.paypal.com/certs/%2e%2e'],
    ['with a backslash', 'https://api.paypal.com\\@evil.example/certs/a'],
    ['with a query', 'https://api.paypal.com/certs/a?x=1'],
    ['with a fragment', 'https://api.paypal.com/certs/a#x'],
    ['with two slashes', 'https://api.paypal.com//certs/a'],
    ['with a line end', 'https://api.paypal.com/certs/a\n'],
    ['with a space before', ' https://api.paypal.com/certs/a'],
    ['that is an IP address', 'https://127.0.0.1/certs/a'],
    ['that is too long', `https://api.paypal.com/certs/${'a'.repeat(600)}`],
    ['that is empty', ''],
  ])('%s is rejected', (_, address) => {
    expect(check(address)).toBeUndefined()
  })

  it('never leads to another host, whatever is written', () => {
    const piece = fc.constantFrom(
      'https://',
      'http://',
      '//',
      '@',
      ':443',
      '.',
      '/',
      '\\',
      '?',
      '#',
      '%2f',
      'api.paypal.com',
      'evil.example',
      'sns.x.amazonaws.com',
      'certs/a',
      'xn--',
      '\t',
      'а',
    )
    const text = fc.oneof(
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      fc.webUrl(),
      fc.string(),
    )
    fc.assert(
      fc.property(text, (address) => {
        const url = check(address)
        if (url === undefined) return
        expect(url.protocol).toBe('https:')
        expect(url.port + url.username + url.password + url.search + url.hash).toBe('')
        expect(url.hostname).toMatch(/^(?:api\.paypal\.com|sns\.[a-z0-9-]+\.amazonaws\.com)$/)
      }),
      { numRuns: 2_000 },
    )
  })

  it.each([
    '',
    '*',
    '*.com',
    'sns.*',
    '*.amazonaws.com.',
    'a..b',
    'A.example',
    'sns.*.com',
    '*.*.amazonaws.com',
    'sns*.amazonaws.com',
    'host',
  ])('throws for the pattern %j', (host) => {
    expect(() => createAddressCheck({ hosts: [host] })).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
  })

  it('throws without a host', () => {
    expect(() => createAddressCheck({ hosts: [] })).toThrow(expect.objectContaining({ code: 'PROVIDER_INVALID' }))
  })
})
