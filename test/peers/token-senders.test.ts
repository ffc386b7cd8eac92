import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { googlePubsub } from 'sallyport/providers/google-pubsub'
import { plaid } from 'sallyport/providers/plaid'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'

// Plaid and Google publish no function for Node that takes a key: their documents say what to check of the token.

const kid = '7d680d8c70d44e947133cbd499ebc1a61c3d5abc'
const toSecret = (key: KeyObject): string => JSON.stringify({ ...key.export({ format: 'jwk' }), kid })
const bodies = [{ note: 'Zoë, 你好, 🙈' }, { note: 'ü'.repeat(100_000) }, { note: '', list: [], none: null }]

describe('jose, as the document of Plaid uses it', () => {
  const [pair, other] = [1, 2].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' })) as [Pair, Pair]
  const provider = plaid({ key: () => pair.publicKey.export({ format: 'jwk' }) })
  const check = async (token: string, body: Uint8Array, key = pair.publicKey): Promise<boolean> => {
    const { payload } = await jwtVerify(token, key, { algorithms: ['ES256'], maxTokenAge: '5 min' })
    return payload['request_body_sha256'] === createHash('sha256').update(body).digest('hex')
  }

  it.each(bodies)('accepts what is signed here: %#', async (extra) => {
    const body = { webhook_type: 'ITEM', webhook_code: 'ERROR', ...extra }
    const delivery = signDelivery(provider, { secret: toSecret(pair.privateKey), body })
    const token = delivery.plainHeaders['plaid-verification']!
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'ES256', kid })
    expect(await check(token, delivery.body)).toBe(true)
    expect(await check(token, Buffer.from(`${JSON.stringify(body)} `))).toBe(false)
    await expect(check(token, delivery.body, other.publicKey)).rejects.toThrow('signature')
  })
})

describe('jose, as the document of Pub/Sub describes it', () => {
  const [pair, other] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 })) as [Pair, Pair]
  const rules = { audience: 'https://example.com/push', serviceAccount: 'push@project.iam.gserviceaccount.com' }
  const provider = googlePubsub(rules)
  const check = (token: string, key = pair.publicKey, audience = rules.audience) =>
    jwtVerify(token, key, { algorithms: ['RS256'], issuer: 'https://accounts.google.com', audience })

  it('accepts what is signed here', async () => {
    const { plainHeaders } = signDelivery(provider, { secret: toSecret(pair.privateKey) })
    const token = plainHeaders['authorization']!.replace(/^Bearer /, '')
    const { payload, protectedHeader } = await check(token)
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid })
    expect(payload).toMatchObject({ email: rules.serviceAccount, email_verified: true })
    await expect(check(token, other.publicKey)).rejects.toThrow('signature')
    await expect(check(token, pair.publicKey, 'https://example.com/other')).rejects.toThrow('"aud"')
  })
})

type Pair = ReturnType<typeof generateKeyPairSync>
