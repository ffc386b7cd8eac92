import { generateKeyPairSync } from 'node:crypto'
import { safeVerify } from 'sallyport'
import { googlePubsub, type GooglePubsubOptions } from 'sallyport/providers/google-pubsub'
import { SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { describeBearer } from '../support/senders/describe-bearer.ts'

const kid = '7d680d8c70d44e947133cbd499ebc1a61c3d5abc'
const [pair, other] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 })) as [Pair, Pair]
type Pair = ReturnType<typeof generateKeyPairSync>
const privateJwk = ({ privateKey }: Pair): string => JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid })
const asked: string[] = []

const options: GooglePubsubOptions = {
  audience: 'https://example.com',
  serviceAccount: 'gae-gcp@appspot.gserviceaccount.com',
  fetch(url) {
    asked.push(url.href)
    const key = { ...pair.publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }
    return Promise.resolve(new Response(JSON.stringify({ keys: [key] })))
  },
}
const provider = googlePubsub(options)

describeBearer('google-pubsub', provider, { keys: [privateJwk(pair), privateJwk(other)], header: 'authorization' })

// The claims of the example in Google's document, whose key is not published.
const documented = {
  aud: 'https://example.com',
  azp: '113774264463038321964',
  email: 'gae-gcp@appspot.gserviceaccount.com',
  sub: '113774264463038321964',
  email_verified: true,
  exp: 1_550_185_935,
  iat: 1_550_182_335,
  iss: 'https://accounts.google.com',
}
const at = 1_550_183_000_000
const body = Buffer.from(
  '{"message":{"data":"SGVsbG8=","messageId":"2070443601311540"},"subscription":"projects/p/subscriptions/s"}',
)

async function verify(claims: object = {}, from = provider, receivedAt = at): Promise<unknown> {
  const token = await new SignJWT({ ...documented, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' })
    .sign(pair.privateKey)
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` }
  const result = await safeVerify(from, { headers, body, receivedAt })
  return result.ok ? result.event : result.code
}

describe('a push of Pub/Sub', () => {
  it('is accepted with the documented claims, and gets a random id', async () => {
    const [first, second] = (await Promise.all([verify(), verify()])) as [{ id: string }, { id: string }]
    expect(first).toMatchObject({ type: 'message', keyId: kid, data: { message: { data: 'SGVsbG8=' } } })
    expect(first.id).not.toBe(second.id)
    expect(first.id).not.toContain('2070443601311540')
    expect(asked).toEqual(['https://www.googleapis.com/oauth2/v3/certs'])
  })

  it.each([
    ['any other Google account', { email: 'attacker@gmail.com' }],
    ['another service account', { email: 'other@appspot.gserviceaccount.com' }],
    ['an account that is not verified', { email_verified: false }],
    ['an account verified in words', { email_verified: 'true' }],
    ['no account', { email: undefined, email_verified: undefined }],
    ['another audience', { aud: 'https://example.com/other' }],
    ['no audience', { aud: undefined }],
    ['another issuer', { iss: 'https://accounts.google.com.evil.example' }],
  ])('is rejected from %s', async (_, claims) => {
    expect(await verify(claims)).toBe('TOKEN_CLAIM_MISMATCH')
  })

  it('is rejected once its token has expired', async () => {
    expect(await verify({}, provider, 1_550_185_935_000 + 301_000)).toBe('TIMESTAMP_STALE')
    expect(await verify({ exp: undefined })).toBe('TIMESTAMP_MISSING')
  })

  it('is accepted for one of several accounts and audiences', async () => {
    const several = googlePubsub({
      ...options,
      audience: ['https://a.example', 'https://example.com'],
      serviceAccount: ['a@b.example', documented.email],
    })
    expect(await verify({}, several)).toMatchObject({ type: 'message' })
    expect(await verify({ iss: 'accounts.google.com' }, several)).toMatchObject({ type: 'message' })
  })

  it('runs in the program of the documents', async () => {
    const { receiver } = await import('../../examples/providers/google-pubsub.ts')
    expect(receiver.describe()).toMatchObject({ provider: 'google-pubsub', handled: ['message'] })
  })

  it('needs both options, and not unset ones', () => {
    for (const partial of [
      {},
      { audience: 'a' },
      { serviceAccount: 'a' },
      { audience: 'a', serviceAccount: undefined },
      { audience: '', serviceAccount: 'a' },
    ])
      expect(() => googlePubsub(partial as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    expect(() => googlePubsub({ audience: [], serviceAccount: 'a' })).toThrow()
  })
})
