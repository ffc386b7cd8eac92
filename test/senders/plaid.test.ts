import { createHash, generateKeyPairSync } from 'node:crypto'
import { createReceiver, safeVerify } from 'sallyport'
import { plaid } from 'sallyport/providers/plaid'
import { signDelivery } from 'sallyport/testing'
import { SignJWT } from 'jose'
import { describe, expect, it, vi } from 'vitest'
import { describeSender } from '../support/senders/describe-sender.ts'

const kid = 'bfbd5111-8e33-4643-8ced-b2e642a72f3c'
const [pair, other] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' })) as [Pair, Pair]
type Pair = ReturnType<typeof generateKeyPairSync>
const privateJwk = ({ privateKey }: Pair): string => JSON.stringify({ ...privateKey.export({ format: 'jwk' }), kid })

// As Plaid's API answers.
const publicJwk = {
  ...pair.publicKey.export({ format: 'jwk' }),
  alg: 'ES256',
  use: 'sig',
  kid,
  created_at: 1_560_466_150,
  expired_at: null,
}

const provider = plaid({ key: () => publicJwk })

describeSender('plaid', provider, {
  secrets: [privateJwk(pair), privateJwk(other)],
  type: 'TRANSACTIONS.SYNC_UPDATES_AVAILABLE',
  bodyOf: (type, _time, data) => {
    const [webhook_type, ...code] = type.split('.')
    return { webhook_type, webhook_code: code.join('.') || 'X', ...data }
  },
})

describe('a webhook of Plaid', () => {
  const body = Buffer.from('{\n  "webhook_type": "ITEM",\n  "webhook_code": "ERROR"\n}')
  const now = Date.UTC(2026, 10, 29)
  const token = (hash = createHash('sha256').update(body).digest('hex'), iat = now / 1000) =>
    new SignJWT({ iat, request_body_sha256: hash })
      .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
      .sign(pair.privateKey)
  const verify = async (from: ReturnType<typeof plaid>, text: string, at = now) => {
    const headers = { 'content-type': 'application/json', 'plaid-verification': text }
    const result = await safeVerify(from, { headers, body, receivedAt: at })
    return result.ok ? result.event : result.code
  }

  it('is accepted from jose, and named by type and code', async () => {
    const key = vi.fn(() => Promise.resolve(publicJwk))
    const own = plaid({ key })
    expect(await verify(own, await token())).toMatchObject({ type: 'ITEM.ERROR', keyId: kid })
    await verify(own, await token())
    expect(key).toHaveBeenCalledTimes(1)
    expect(key).toHaveBeenCalledWith(kid, { signal: expect.any(AbortSignal) })
  })

  it('is rejected after five minutes, or with another hash', async () => {
    expect(await verify(provider, await token(), now + 301_000)).toBe('TIMESTAMP_STALE')
    expect(await verify(provider, await token('ab'.repeat(32)))).toBe('SIGNATURE_MISMATCH')
  })

  it('is not accepted with a key that expired, or that Plaid does not have', async () => {
    expect(await verify(plaid({ key: () => ({ ...publicJwk, expired_at: 1_570_000_000 }) }), await token())).toBe(
      'KEY_UNAVAILABLE',
    )
    expect(
      await verify(
        plaid({ key: () => Promise.reject(new Error('INVALID_WEBHOOK_VERIFICATION_KEY_ID')) }),
        await token(),
      ),
    ).toBe('KEY_UNAVAILABLE')
  })

  it('is not accepted with a key that has expired since', async () => {
    let elapsed = 0
    const key = vi.fn(() => publicJwk as Record<string, unknown>)
    const own = plaid({ key, clock: () => elapsed })
    expect(await verify(own, await token())).toMatchObject({ keyId: kid })
    key.mockReturnValue({ ...publicJwk, expired_at: 1_570_000_000 })
    elapsed = 3_600_001
    expect(await verify(own, await token())).toBe('KEY_UNAVAILABLE')
  })

  it('needs the function, and takes no secret', () => {
    expect(() => plaid({} as never)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    expect(() => createReceiver(provider, { secret: 'x' })).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }))
    const { plainHeaders } = signDelivery(provider, { secret: privateJwk(pair) })
    expect(plainHeaders['plaid-verification']).toMatch(/^ey/)
  })
})
