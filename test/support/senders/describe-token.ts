import { createReceiver, type EventMap, type Provider, type ReceiverOptions } from 'sallyport'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'

/** Where the secret is. */
export interface TokenRules {
  readonly secrets: readonly [string, string]
  readonly header: string
  /** How the header writes a secret. @default as it is */
  readonly write?: ((secret: string) => string) | undefined
}

/**
 * What holds for a sender that only sends a secret along. The provider contract is for senders that sign: most of its rules are about
 * bytes that a signature covers.
 */
export function describeToken<Events extends EventMap>(
  name: string,
  provider: Provider<Events>,
  { secrets, header, write = (secret) => secret }: TokenRules,
): void {
  const sign = (secret = secrets[0], type?: string): SignedDelivery => signDelivery(provider, { secret, type })
  const receive = (delivery: object, options: Partial<ReceiverOptions> = {}) =>
    createReceiver(provider, { secret: secrets[0], ...options })
      .onAny(() => {})
      .receive(delivery as SignedDelivery)
  const withToken = (value: string | readonly string[] | undefined): object => {
    const { plainHeaders, ...delivery } = sign()
    const others = Object.entries(plainHeaders).filter(([own]) => own.toLowerCase() !== header)
    return {
      ...delivery,
      headers: { ...Object.fromEntries(others), ...(value === undefined ? {} : { [header]: value }) },
    }
  }

  describe(`provider ${name}, which signs nothing`, () => {
    it.each(Object.keys(provider.events))('accepts %s with the secret', async (type) => {
      expect(await receive(sign(secrets[0], type))).toMatchObject({ outcome: 'handled' })
    })

    it('rejects another secret, and takes both during rotation', async () => {
      expect(await receive(sign(secrets[1]))).toMatchObject({ status: 401, code: 'CREDENTIAL_MISMATCH' })
      expect(await receive(sign(secrets[1]), { secret: secrets })).toMatchObject({ outcome: 'handled' })
    })

    it('rejects a secret that is cut short, longer, repeated or missing', async () => {
      const [secret] = secrets
      for (const value of [
        write(secret.slice(0, -1)),
        write(`${secret}0`),
        '',
        undefined,
        [write(secret), write(secret)],
        `${write(secret)}, ${write(secret)}`,
      ]) {
        const { status } = await receive(withToken(value))
        expect(status, JSON.stringify(value)).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(500)
      }
    })

    it('rejects a wrong secret before it reads the body', async () => {
      const body = vi.fn(() => Promise.resolve(new Uint8Array()))
      expect(await receive({ ...withToken(write('wrong')), body })).toMatchObject({ code: 'CREDENTIAL_MISMATCH' })
      expect(body).not.toHaveBeenCalled()
    })

    it.each(['', ' ', undefined])('does not start with the secret %j', (secret) => {
      expect(() => createReceiver(provider, { secret })).toThrow(provider.name)
    })

    it('says that age is not checked, and shows no secret', () => {
      const text = JSON.stringify(createReceiver(provider, { secret: secrets[0] }).describe())
      expect(text).toContain('not checked')
      expect(text).not.toContain(secrets[0])
    })
  })
}
