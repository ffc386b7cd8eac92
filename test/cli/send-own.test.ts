import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../../scripts/run-command.ts'
import { anotherSecret } from '../../packages/cli/src/send/another-secret.ts'
import {
  ed25519,
  hmac,
  noTimestamp,
  parts,
  publicKey as publicKeyScheme,
  withRequiredHeader,
  type KeyFormat,
} from 'sallyport/provider'
import { start, temporaryFolder } from '../support/cli/command.ts'
import { runJson } from '../support/cli/host.ts'

const source = join(root, 'packages', 'sallyport', 'src', 'provider.ts')
const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const env = {
  ACME_WEBHOOK_SECRET: 'made-up-of-at-least-16',
  HEX_WEBHOOK_SECRET: 'acme_00112233445566778899aabbccddeeff',
  PAIR_WEBHOOK_SECRET: publicKey.export({ format: 'jwk' }).x!,
  PAIR_SIGNING_KEY: privateKey.export({ format: 'jwk' }).d!,
  CODE_WEBHOOK_SECRET: 'made-up-of-at-least-16',
  CURVE_WEBHOOK_SECRET: curve.publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  CURVE_SIGNING_KEY: curve.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
  TOKEN_WEBHOOK_SECRET: 'made-up+of/at-least-16',
  BASIC_WEBHOOK_SECRET: 'user:made-up-of-at-least-16',
}
const config = `
import { defineProvider, ed25519, fromBody, fromHeader, hmac, parts, publicKey, sharedSecret, unchecked } from ${JSON.stringify(source)}

const header = 'x-signature'
const identify = ({ body: { type, data } }) => ({ type, data })
const events = { 'order.paid': unchecked() }
const timed = { signed: [parts.header('x-id'), parts.literal('.'), parts.header('x-time'), parts.literal('.'), parts.body], freshness: fromHeader('x-time', 'iso') }
const acme = hmac({ header, encoding: 'hex', signed: [parts.body], freshness: fromBody('sent.at', 'milliseconds') })
const hex = hmac({ header, prefix: 'v1=', separator: ', ', encoding: 'base64', key: { encoding: 'hex', strip: 'acme_', prefixRequired: true }, ...timed })
const pair = ed25519({ header, encoding: 'base64url', key: { encoding: 'base64url' }, signed: [parts.method, parts.url('https://a.example'), parts.literal('.'), parts.timestamp, parts.literal('.'), parts.body], fields: { signature: 's', timestamp: 't' }, freshness: { from: 'signature', unit: 'seconds' } })
const curve = publicKey({ algorithm: 'ecdsa-sha256', header, encoding: 'base64', ...timed })
const code = { ...acme, kind: 'code', definition: undefined }

export default {
  providers: {
    acme: { provider: defineProvider({ name: 'acme', scheme: acme, identify, events }) },
    hex: { provider: defineProvider({ name: 'hex', scheme: hex, identify, events }) },
    pair: { provider: defineProvider({ name: 'pair', scheme: pair, identify, events }) },
    curve: { provider: defineProvider({ name: 'curve', scheme: curve, identify, events }) },
    token: { provider: defineProvider({ name: 'token', scheme: sharedSecret({ query: 'key' }), identify, events }) },
    basic: { provider: defineProvider({ name: 'basic', scheme: sharedSecret({ basic: true }), identify, events }) },
    code: { provider: defineProvider({ name: 'code', scheme: code, identify, events }) },
    picky: { provider: defineProvider({ name: 'picky', scheme: acme, identify: ({ body }) => ({ type: body.meta.type, data: body }), events }), secret: 'env:ACME_WEBHOOK_SECRET' },
  },
}
`
const cleaning: (() => Promise<void>)[] = []
let folder: string

beforeAll(async () => {
  folder = await temporaryFolder((work) => cleaning.push(work))
  await writeFile(join(folder, 'sallyport.config.mjs'), config)
})
afterAll(() => Promise.all(cleaning.map((work) => work())))

const send = (...args: string[]) => runJson(['send', ...args, '--config', 'sallyport.config.mjs'], { cwd: folder, env })

describe('send for a provider of the configuration', () => {
  it('signs what listen accepts, and forges what it rejects', async () => {
    const args = ['listen', '--port', '0', '--no-inbox', '--json', '--config', 'sallyport.config.mjs']
    const server = start(args, { cwd: folder, env })
    const [, url = ''] = await server.sees(/"kind":"listening","url":"([^"]+)"/)
    const faults = ['corrupt', 'wrong-signature', 'unsigned', 'stale', 'duplicate'].flatMap((kind) => [
      '--fault',
      `${kind}:0.25`,
    ])
    const senders = [
      ['acme'],
      ['hex'],
      ['pair', '--secret', 'env:PAIR_SIGNING_KEY'],
      ['curve', '--secret', 'env:CURVE_SIGNING_KEY'],
      ['token'],
      ['basic'],
    ] as const
    for (const [name, ...more] of senders) {
      const genuine = await send(name, 'order.paid', '--to', url, ...more)
      expect([name, genuine.code, genuine.records[0]!['said']]).toEqual([name, 0, { '200 handled': 1 }])
      const { code, records } = await send(name, 'order.paid', '--to', url, '--times', '30', ...faults, ...more)
      expect([name, code, records[0]!['surprises']]).toEqual([name, 0, []])
      const wrong = name === 'token' || name === 'basic' ? 'CREDENTIAL_MISMATCH' : 'SIGNATURE_MISMATCH'
      expect(Object.keys(records[0]!['said'] as object)).toContain(`401 ${wrong}`)
    }
    await writeFile(join(folder, 'body.json'), '{ "type": "order.paid", "sent": { "at": 1 } }')
    const old = await send('acme', 'order.paid', '--data', 'body.json', '--to', url)
    expect(old).toMatchObject({ code: 1, records: [{ said: { '401 TIMESTAMP_STALE': 1 } }] })
    await server.end('SIGTERM')
  }, 60_000)

  it('says what is missing', async () => {
    expect(await send('code', 'order.paid')).toMatchObject({
      code: 3,
      records: [{ code: 'SIGNER_MISSING', fix: expect.stringContaining('"signer" to providers.code') }],
    })
    expect(await send('picky', 'order.paid')).toMatchObject({
      code: 2,
      records: [{ code: 'BODY_MISSING', fix: expect.stringContaining('--data') }],
    })
    expect(await send('acme', 'order.payed')).toMatchObject({
      code: 2,
      records: [{ code: 'EVENT_UNKNOWN', fix: expect.stringContaining('order.paid') }],
    })
    expect(await send('hex', 'order.paid', '--secret', 'env:ACME_WEBHOOK_SECRET')).toMatchObject({
      code: 3,
      records: [{ code: 'SECRET_INVALID' }],
    })
  }, 60_000)
})

describe('anotherSecret', () => {
  const common = { header: 'x-a', encoding: 'hex', signed: [parts.body], freshness: noTimestamp('none') } as const
  const formats: readonly (readonly [secret: string, key: KeyFormat])[] = [
    ['made-up', {}],
    ['whsec_c2VjcmV0', { strip: 'whsec_', encoding: 'base64' }],
    ['acme_00112233445566778899aabbccddeeff', { strip: 'acme_', encoding: 'hex', prefixRequired: true }],
    ['00112233445566778899AABBCCDDEEFF', { encoding: 'hex' }],
    [Buffer.from('0123456789?>?abcdefghijklmno??>x').toString('base64url'), { encoding: 'base64url' }],
  ]
  it.each(formats)('is in the format of %s', (secret, key) => {
    const scheme = hmac({ ...common, key })
    const made = anotherSecret(secret, scheme)
    expect(made).not.toBe(secret)
    expect(scheme.prepareKey(made)).toBeDefined()
  })

  it('is a private key where the secret is one', () => {
    const scheme = ed25519({ ...common, key: { encoding: 'base64' } })
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
    const made = anotherSecret(pem, scheme)
    expect(made).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    expect(made).not.toBe(pem)
  })

  it.each([
    ['ecdsa-sha256', 'prime256v1'],
    ['ecdsa-sha384', 'secp384r1'],
    ['rsa-sha256', undefined],
  ] as const)('is a private key for %s', (algorithm, namedCurve) => {
    const scheme = withRequiredHeader(publicKeyScheme({ ...common, algorithm }), 'x-door', ['open'])
    const made = createPrivateKey(anotherSecret('a private key', scheme))
    expect(made.asymmetricKeyDetails?.namedCurve).toBe(namedCurve)
    expect(made.asymmetricKeyType).toBe(namedCurve === undefined ? 'rsa' : 'ec')
  })
})
