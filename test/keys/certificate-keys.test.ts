import { createServer } from 'node:https'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as tls from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createCertificateKeys,
  type CertificateKeysOptions,
} from '../../packages/sallyport/src/verify/keys/certificate-keys.ts'
import { createAuthority } from '../support/keys/authority.ts'

const name = 'signing.acme.example'
const address = 'https://api.acme.example/certs/one'
const now = Date.UTC(2026, 10, 29)
const root = createAuthority('Root')
const between = root.issue({ name: 'Between', isAuthority: true })
const leaf = between.issue({ name, hosts: [name] })
const server = root.issue({ name: 'localhost', hosts: ['localhost'] })

let listener: RequestListener = (_, response) => void response.end(leaf.cert)
const host = createServer({ key: server.key, cert: server.cert }, (request, response) => listener(request, response))
const authorities = tls.getCACertificates('default')
let port = 0
const asked: string[] = []

beforeAll(async () => {
  tls.setDefaultCACertificates([...authorities, root.cert])
  await new Promise<void>((resolve) => host.listen(0, resolve))
  ;({ port } = host.address() as AddressInfo)
})
afterAll(async () => {
  tls.setDefaultCACertificates(authorities)
  host.closeAllConnections()
  await new Promise((resolve) => host.close(resolve))
})

/** Keys over real HTTPS: only the name of the host leads elsewhere. */
function keysWith(options: Partial<CertificateKeysOptions> = {}) {
  return createCertificateKeys({
    hosts: ['api.acme.example'],
    path: /^\/certs\/\w+$/,
    names: [name],
    fetch(url, init) {
      asked.push(url.href)
      return fetch(new URL(url.pathname, `https://localhost:${port}`), init)
    },
    ...options,
  })
}

function serve(next: RequestListener | string): void {
  listener = typeof next === 'string' ? (_, response) => void response.end(next) : next
}

const refusal = (detail: RegExp, code = 'KEY_UNAVAILABLE') => ({ code, detail: expect.stringMatching(detail) })

describe('keys of certificates over HTTPS', () => {
  it('finds the key of a certificate, and keeps it', async () => {
    serve(leaf.cert)
    const keys = keysWith()
    asked.length = 0
    const key = await keys.find(address, now)
    expect(key).toMatchObject({ type: 'public', asymmetricKeyType: 'rsa' })
    expect(await keys.find(address, now)).toBe(key)
    expect(asked).toEqual([address])
  })

  it('asks no host but the sender', async () => {
    asked.length = 0
    for (const other of [
      'https://api.acme.example.evil.example/certs/one',
      'http://api.acme.example/certs/one',
      'https://api.acme.example/other',
    ])
      expect(await keysWith().find(other, now)).toMatchObject(refusal(/not at an address/, 'SIGNATURE_MALFORMED'))
    expect(asked).toEqual([])
  })

  it('does not trust a server that an unknown authority certified', async () => {
    const stranger = createAuthority('Root').issue({ name: 'localhost', hosts: ['localhost'] })
    const impostor = createServer(
      { key: stranger.key, cert: stranger.cert },
      (_, response) => void response.end(leaf.cert),
    )
    await new Promise<void>((resolve) => impostor.listen(0, resolve))
    const { port: other } = impostor.address() as AddressInfo
    const keys = keysWith({ fetch: (url, init) => fetch(new URL(url.pathname, `https://localhost:${other}`), init) })
    expect(await keys.find(address, now)).toMatchObject(refusal(/could not be fetched/))
    await new Promise((resolve) => impostor.close(resolve))
  })

  it.each<[string, RequestListener, RegExp]>([
    [
      'redirects',
      (_, response) => void response.writeHead(302, { location: '/certs/other' }).end(),
      /could not be fetched/,
    ],
    ['answers 404', (_, response) => void response.writeHead(404).end(leaf.cert), /answered 404/],
    ['answers with too much', (_, response) => void response.end('x'.repeat(70_000)), /more than 65536 bytes/],
    ['answers with what is no certificate', (_, response) => void response.end('<html>'), /no certificate/],
    [
      'answers with bytes that are no text',
      (_, response) => void response.end(Buffer.from([0xff, 0xfe])),
      /could not be fetched/,
    ],
    ['hangs up', (request) => void request.socket.destroy(), /could not be fetched/],
  ])('refuses where the host %s', async (_, answer, detail) => {
    serve(answer)
    expect(await keysWith().find(address, now)).toMatchObject(refusal(detail))
  })

  it('ends an answer without end', async () => {
    serve((_, response) => void response.write('x'))
    expect(await keysWith({ timeoutMs: 200 }).find(address, now)).toMatchObject(refusal(/within 200 ms/))
  })

  it.each([
    ['for another name', between.issue({ name, hosts: ['other.acme.example'] }).cert, /not for signing\.acme/],
    ['that has the name only as its common name', between.issue({ name }).cert, /not for signing\.acme/],
    ['for every name of the domain', between.issue({ name, hosts: ['*.acme.example'] }).cert, /not for signing\.acme/],
    ['with a short key', between.issue({ name, hosts: [name], bits: 1024 }).cert, /no RSA key of at least 2048 bits/],
    ['that is damaged', leaf.cert.replace(/^MII/m, 'AAA'), /cannot be read/],
    ['in a file of many', leaf.cert.repeat(6), /more than 5/],
  ])('refuses a certificate %s', async (_, file, detail) => {
    serve(file)
    expect(await keysWith().find(address, now)).toMatchObject(refusal(detail))
  })

  it('checks the dates by the time of arrival', async () => {
    serve(between.issue({ name, hosts: [name], notBefore: '20260101000000Z', notAfter: '20261231000000Z' }).cert)
    const keys = keysWith()
    expect(await keys.find(address, now)).toMatchObject({ type: 'public' })
    for (const at of [Date.UTC(2025, 11, 31), Date.UTC(2027, 0, 1), Number.NaN])
      expect(await keys.find(address, at)).toMatchObject(refusal(/was not valid/))
  })
})

describe('the chain of a certificate', () => {
  const find = async (file: string, trust: readonly string[], at = now) => {
    serve(file)
    return keysWith({ trust }).find(address, at)
  }
  const untrusted = refusal(/does not lead to a trusted authority/)

  it('leads to a trusted authority, through those in the file or among the trusted', async () => {
    expect(await find(leaf.cert + between.cert, [root.cert])).toMatchObject({ type: 'public' })
    expect(await find(leaf.cert + between.cert + root.cert, [root.cert])).toMatchObject({ type: 'public' })
    expect(await find(leaf.cert, [between.cert])).toMatchObject({ type: 'public' })
    expect(await find(leaf.cert, [root.cert + between.cert])).toMatchObject({ type: 'public' })
  })

  it('is refused where a link is missing or forged', async () => {
    const other = createAuthority('Root')
    expect(await find(leaf.cert, [root.cert])).toMatchObject(untrusted)
    expect(await find(leaf.cert + between.cert + root.cert, [other.cert])).toMatchObject(untrusted)
    expect(await find(leaf.cert + other.issue({ name: 'Between', isAuthority: true }).cert, [root.cert])).toMatchObject(
      untrusted,
    )
    expect(await find(leaf.cert, [])).toMatchObject(untrusted)
    // A certificate that names itself is no authority for itself.
    expect(await find(leaf.cert, [leaf.cert])).toMatchObject(untrusted)
  })

  it('is refused where one that issued is no authority', async () => {
    const ordinary = root.issue({ name: 'shop.example', hosts: ['shop.example'] })
    const forged = ordinary.issue({ name, hosts: [name] })
    expect(await find(forged.cert + ordinary.cert, [root.cert])).toMatchObject(untrusted)
  })

  it('counts only while all of it is valid', async () => {
    const brief = root.issue({ name: 'Brief', isAuthority: true, notAfter: '20260601000000Z' })
    const signing = brief.issue({ name, hosts: [name] })
    const file = signing.cert + brief.cert
    expect(await find(file, [root.cert], Date.UTC(2026, 4, 1))).toMatchObject({ type: 'public' })
    expect(await find(file, [root.cert])).toMatchObject(refusal(/was not valid/))
  })
})
