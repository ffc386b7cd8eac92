import { safeVerify } from 'sallyport'
import { toHeaderList } from 'sallyport/provider'
import { diagnose } from 'sallyport/diagnose'
import { sonzai } from 'sallyport/providers/sonzai'
import { signDelivery, signSonzaiLegacy } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'

// Digests made with `openssl dgst -sha256 -hmac <key>` by the rules of Sonzai's public SDKs, read on 29 November 2026:
// - sonzai-go at 734d768a, webhook_verify.go: `<t>.<body>`, keyed with the text after `whsec_`;
// - sonzai-typescript at f70e5c27, README.md: the body alone, keyed with the whole secret.
const secret = 'whsec_fixedkey123'
const body = '{"event_type":"agent.message.created"}'
const seconds = 1_700_000_000
const current = '8062764ebc300cdbd1c4b227e08d64fa153e56eac245ab8961e5011cd5306097'
const olderWhole = '81d8611f23efde4cf63c60ef155bdc8e3ac0bebe5506bc8e42a479e7722a562e'
const olderStripped = '62eeccb86e56167f98b25582959dfd37aa17d73a833c8dc74c1a0763a9ca55bd'

const both = sonzai({ legacyBodySignature: true })

function check(provider: typeof both, signature: string, key = secret) {
  const headers = { 'Sonzai-Signature': signature }
  return safeVerify(provider, { secret: key, headers, body: Buffer.from(body), receivedAt: seconds * 1000 })
}

describe('a signature of Sonzai', () => {
  it('verifies as sonzai-go makes it', async () => {
    for (const provider of [sonzai(), both]) {
      for (const key of [secret, 'fixedkey123']) {
        expect(await check(provider, `t=${seconds},v1=${current}`, key)).toMatchObject({ ok: true })
      }
      // The whole secret is no key of this form.
      expect(await check(provider, `t=${seconds},v1=${current}`, 'whsec_whsec_fixedkey123')).toMatchObject({
        code: 'SIGNATURE_MISMATCH',
      })
    }
  })

  it.each([
    ['whole secret, as the README of sonzai-typescript', olderWhole],
    ['secret without its prefix', olderStripped],
  ])('of the older form verifies with the %s', async (_key, signature) => {
    expect(await check(both, signature)).toMatchObject({ ok: true, event: { type: 'agent.message.created' } })
    expect(await check(sonzai(), signature)).toMatchObject({ code: 'SIGNATURE_MALFORMED' })
    expect(await check(both, signature, 'whsec_other')).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    expect(await check(both, signature.replace(/^./, '0'))).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  it('of the older form never makes an empty rest a key', async () => {
    for (const empty of ['', 'whsec_']) await expect(check(both, olderWhole, empty)).rejects.toThrow(/secret/)
  })

  it('of the older form is explained by diagnose', async () => {
    const delivery = {
      method: 'POST',
      url: '/',
      headers: toHeaderList({ 'content-type': 'application/json', 'sonzai-signature': olderWhole }),
      body: Buffer.from(body),
      receivedAt: seconds * 1000,
    }
    expect((await diagnose(sonzai(), delivery, { secret })).findings).toMatchObject([
      { cause: 'SIGNATURE_OVER_BODY', certainty: 'proven' },
    ])
    expect(await diagnose(both, delivery, { secret })).toMatchObject({ ok: true, keyId: 'secret-1' })
    // The prefix belongs to this key, so a secret without it is explained.
    expect((await diagnose(both, delivery, { secret: 'fixedkey123' })).findings).toMatchObject([
      { cause: 'SECRET_PREFIX' },
    ])
  })

  it('of the older form is what the testing signer makes', () => {
    const { headers } = signDelivery(both, { secret, body, signer: signSonzaiLegacy })
    expect(headers.get('sonzai-signature')).toBe(olderWhole)
  })
})
