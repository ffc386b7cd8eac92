import fc from 'fast-check'
import { diagnose } from 'sallyport/diagnose'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import { someProvider } from '../support/signing/some-provider.ts'

const now = Date.UTC(2026, 3, 12, 8)

describe('diagnose, for any scheme that is data', () => {
  it('says that a delivery verifies, and finds a reason where it does not', async () => {
    await fc.assert(
      fc.asyncProperty(someProvider, fc.nat(), async ({ provider, secrets, isSigned }, place) => {
        const [[receiving, signing], [other] = []] = secrets as [readonly [string, string], (readonly [string])?]
        const body = { type: 'order.paid', text: 'é {}' }
        const signed = signDelivery(provider, { secret: signing, body, now, url: '/hooks?a=1' })
        const delivery = { ...signed, receivedAt: now, secure: true }
        const options = { secret: receiving, searchBytes: 0 }
        expect(await diagnose(provider, delivery, options)).toMatchObject({ ok: true, findings: [] })

        const altered = delivery.body.slice()
        altered[place % altered.length]! ^= 1
        const wrong = [
          ...(isSigned ? [await diagnose(provider, { ...delivery, body: altered }, options)] : []),
          ...(other === undefined ? [] : [await diagnose(provider, delivery, { ...options, secret: other })]),
        ]
        for (const { ok, findings } of wrong) {
          expect(ok).toBe(false)
          expect(findings.length).toBeGreaterThan(0)
          const said = JSON.stringify(findings)
          for (const secret of secrets.flat()) expect(said).not.toContain(secret)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('names a private key where the public one belongs', async () => {
    const isPrivate = (text: string): boolean => /PRIVATE KEY/.test(text)
    const [some] = fc.sample(
      someProvider.filter(
        ({ provider, secrets }) => provider.scheme.kind === 'public-key' && isPrivate(secrets[0]![1]),
      ),
      1,
    )
    const { provider, secrets } = some!
    const delivery = signDelivery(provider, { secret: secrets[0]![1], body: { type: 'a' }, now })
    const { findings } = await diagnose(
      provider,
      { ...delivery, receivedAt: now, secure: true },
      { secret: secrets[0]![1] },
    )
    expect(findings).toMatchObject([{ cause: 'SECRET_PRIVATE_KEY' }])
  })
})
