import { createReceiver, type EventMap, type Provider } from 'sallyport'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { describe, expect, it, vi } from 'vitest'

/**
 * What holds for a sender whose token covers no body. The provider contract is for senders that sign: most of its rules are about
 * bytes that a signature covers. The deviation: a body may be changed, and no delivery is a duplicate.
 */
export function describeBearer<Events extends EventMap>(
  name: string,
  provider: Provider<Events>,
  { keys, header }: { readonly keys: readonly [string, string]; readonly header: string },
): void {
  const sign = (key = keys[0], type?: string): SignedDelivery => signDelivery(provider, { secret: key, type })
  const receiver = createReceiver(provider, {})
    .onAny(() => {})
    .onError(() => {})
  const receive = (delivery: object) => receiver.receive(delivery as SignedDelivery)
  const withToken = (value: string | readonly string[] | undefined): object => ({
    ...sign(),
    headers: { 'content-type': 'application/json', ...(value === undefined ? {} : { [header]: value }) },
  })

  describe(`provider ${name}, whose token covers no body`, () => {
    it.each(Object.keys(provider.events))('accepts %s with a token', async (type) => {
      expect(await receive(sign(keys[0], type))).toMatchObject({ outcome: 'handled' })
    })

    it('handles every delivery: nothing signed names one', async () => {
      const delivery = sign()
      for (let time = 0; time < 2; time++) expect(await receive(delivery)).toMatchObject({ outcome: 'handled' })
      expect(JSON.stringify(receiver.describe())).toContain('the body is not covered')
    })

    it('rejects another key', async () => {
      expect(await receive(sign(keys[1]))).toMatchObject({ status: 401, code: 'CREDENTIAL_MISMATCH' })
    })

    it('rejects a token that is changed, cut short, longer, repeated or missing', async () => {
      const token = sign().plainHeaders[header]!
      const changed = Array.from({ length: 20 }, (_, index) => {
        const at = token.length - 1 - index * 40
        return at < 8 ? token.slice(1) : `${token.slice(0, at)}${token[at] === 'A' ? 'Q' : 'A'}${token.slice(at + 1)}`
      })
      for (const value of [
        ...changed,
        token.slice(0, -4),
        `${token}AAAA`,
        '',
        undefined,
        [token, token],
        `${token}, ${token}`,
      ]) {
        const { status } = await receive(withToken(value))
        expect(status, JSON.stringify(value)).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(500)
      }
    })

    it('rejects another key before it reads the body', async () => {
      const body = vi.fn(() => Promise.resolve(new Uint8Array()))
      expect(await receive({ ...sign(keys[1]), body })).toMatchObject({ code: 'CREDENTIAL_MISMATCH' })
      expect(body).not.toHaveBeenCalled()
    })
  })
}
