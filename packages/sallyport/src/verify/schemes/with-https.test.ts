import { describe, expect, it } from 'vitest'
import { toHeaderList, type HeadersInput } from '../header-list.ts'
import { isRefusal } from '../verdict.ts'
import { sharedSecret } from './shared-secret.ts'
import { withHttps } from './with-https.ts'

const credential = sharedSecret({ header: 'authorization' })
const direct = withHttps(credential)
const proxied = withHttps(credential, { forwardedHeader: 'X-Forwarded-Proto' })

function inspect(scheme: typeof direct, headers: HeadersInput, secure?: boolean): string {
  const list = toHeaderList([...toHeaderList(headers)].flat().concat('Authorization', 'Bearer token'))
  const head = { method: 'POST', url: '/', headers: list, receivedAt: 0, ...(secure === undefined ? {} : { secure }) }
  const claim = scheme.inspect(head)
  return isRefusal(claim) ? claim.code : 'passed'
}

describe('withHttps without a proxy header', () => {
  it('accepts only an encrypted connection', () => {
    expect(inspect(direct, {}, true)).toBe('passed')
    expect(inspect(direct, {}, false)).toBe('HTTPS_REQUIRED')
  })

  it('names the host where it does not say', () => {
    expect(inspect(direct, {})).toBe('REQUEST_UNREADABLE')
    expect(inspect(direct, { 'x-forwarded-proto': 'https' })).toBe('REQUEST_UNREADABLE')
    expect(inspect(proxied, {})).toBe('HTTPS_REQUIRED')
  })

  it('ignores headers', () => {
    expect(inspect(direct, { 'x-forwarded-proto': 'https', forwarded: 'proto=https' }, false)).toBe('HTTPS_REQUIRED')
  })
})

describe('withHttps with a proxy header', () => {
  it('uses that header alone', () => {
    expect(inspect(proxied, { 'x-forwarded-proto': 'https' }, false)).toBe('passed')
    expect(inspect(proxied, {}, true)).toBe('HTTPS_REQUIRED')
    expect(inspect(proxied, { 'x-forwarded-proto': 'http' }, true)).toBe('HTTPS_REQUIRED')
  })

  it.each(['', 'https, http', 'http, https', 'https,https', 'HTTPS', ' https', 'https://', 'httpss'])(
    'a value of %j is not enough',
    (value) => expect(inspect(proxied, { 'x-forwarded-proto': value })).toBe('HTTPS_REQUIRED'),
  )

  it('rejects a second header', () => {
    for (const values of [
      ['https', 'http'],
      ['http', 'https'],
      ['https', 'https'],
    ]) {
      expect(inspect(proxied, { 'x-forwarded-proto': values })).toBe('HTTPS_REQUIRED')
    }
  })
})

describe('withHttps', () => {
  it('checks HTTPS before the credential', () => {
    const head = { method: 'POST', url: '/', headers: toHeaderList({}), receivedAt: 0, secure: false }
    expect(direct.inspect(head)).toMatchObject({ code: 'HTTPS_REQUIRED' })
    expect(direct.inspect({ ...head, secure: true })).toMatchObject({ code: 'CREDENTIAL_MISSING' })
  })

  it('is part of the description', () => {
    expect(direct.describe().also).toEqual(['HTTPS, as the connection shows'])
    expect(proxied.describe().also).toEqual(['HTTPS, as header x-forwarded-proto shows'])
  })
})
