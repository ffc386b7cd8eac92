import fc from 'fast-check'
import { createReceiver, type EventMap, type Provider, type ReceiverOptions, type Reply } from 'sallyport'
import { parseExact } from 'sallyport/provider'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'

type Json = Record<string, unknown>

/** A sender that signs some members of the body alone, where the signature is a member too. */
export interface SignedMembersRules {
  readonly secrets: readonly [string, string]
  readonly notSecrets: readonly string[]
  /** Where the signature is: member names joined by dots. */
  readonly signature: string
  /** Signed members that the fixture of the first event has. */
  readonly signed: readonly string[]
  /** A member that is not signed. */
  readonly unsigned: string
}

const now = Date.UTC(2026, 10, 29, 8)

/**
 * What holds for a sender that signs members of the body. The rules of the provider contract for headers have nothing to check here; those
 * about bytes hold for the signed members only: a change elsewhere is never another event.
 */
export function describeSignedMembers<Events extends EventMap>(
  name: string,
  provider: Provider<Events>,
  { secrets, notSecrets, signature, signed, unsigned }: SignedMembersRules,
): void {
  const [type] = Object.keys(provider.events) as [string]

  function sign(secret: string = secrets[0], eventType?: string, at = now): SignedDelivery {
    return signDelivery(provider, { secret, type: eventType, now: at })
  }
  function listen(options: Partial<ReceiverOptions> = {}) {
    const handled: { readonly type: string; readonly data: unknown; readonly keyId: string }[] = []
    const receiver = createReceiver(provider, { secret: secrets[0], now: () => now, ...options })
    receiver.onAny((event) => void handled.push(event)).onError(() => {})
    const receive = ({ plainHeaders: _, ...delivery }: SignedDelivery, at = now): Promise<Reply> =>
      receiver.receive({ ...delivery, receivedAt: at })
    return { receiver, receive, handled }
  }
  /** The delivery with a member changed; `undefined` removes it. */
  function alter(delivery: SignedDelivery, path: string, change: (value: unknown) => unknown): SignedDelivery {
    const body = bodyOf(delivery)
    const names = path.split('.')
    const holder = names.slice(0, -1).reduce<Json>((value, step) => value[step] as Json, body)
    holder[names.at(-1)!] = change(holder[names.at(-1)!])
    return withBody(delivery, JSON.stringify(body))
  }
  const own = (eventType = type): SignedDelivery => sign(secrets[0], eventType)

  describe(`provider ${name}, which signs members of the body`, () => {
    it.each(Object.keys(provider.events))('accepts %s', async (each) => {
      const { receive, handled } = listen()
      expect(await receive(sign(secrets[0], each))).toMatchObject({ outcome: 'handled' })
      expect(handled).toMatchObject([{ type: each, keyId: 'secret-1' }])
      expect(handled[0]!.data).toBeTypeOf('object')
    })

    it('rejects another secret, and takes both during rotation', async () => {
      const { receive } = listen()
      expect(await receive(sign(secrets[1]))).toMatchObject({ status: 401, code: 'SIGNATURE_MISMATCH' })
      const both = listen({ secret: secrets })
      expect(await both.receive(sign(secrets[1]))).toMatchObject({ outcome: 'handled' })
      expect(both.handled).toMatchObject([{ keyId: 'secret-2' }])
    })

    it.each(['', ...notSecrets, ` ${secrets[0]}`, `${secrets[0]}\n`, undefined])(
      'does not start with the secret %j',
      (secret) => {
        for (const source of [secret, [secrets[0], secret] as string[]])
          expect(() => createReceiver(provider, { secret: source })).toThrow(
            expect.objectContaining({ code: expect.stringMatching(/^SECRET_|^OPTION_/) }),
          )
      },
    )

    it('rejects a missing, cut, longer or repeated signature', async () => {
      const { receive, handled } = listen()
      const delivery = own()
      const codeOf = async (change: (text: unknown) => unknown) =>
        (await receive(alter(delivery, signature, change))).code
      for (const value of [undefined, null, '']) expect(await codeOf(() => value)).toBe('SIGNATURE_MISSING')
      for (const value of [7, [], {}]) expect(await codeOf(() => value)).toBe('SIGNATURE_MALFORMED')
      for (const end of ['0', '00', 'AAAA'])
        expect(await codeOf((text) => String(text) + end)).toBe('SIGNATURE_MALFORMED')
      for (let cut = 1; cut < 44; cut++)
        expect(await codeOf((text) => String(text).slice(0, -cut))).toBe('SIGNATURE_MALFORMED')
      expect(await codeOf((text) => [text, text])).toBe('SIGNATURE_MALFORMED')
      expect(handled).toEqual([])
    })

    it.each(signed)('rejects a change of %s', async (path) => {
      const { receive, handled } = listen()
      const delivery = own()
      const changes = [
        (value: unknown) => `${String(value)}0`,
        (value: unknown) => String(value).slice(1),
        () => undefined,
        () => ['1'],
        () => ({ toString: 1 }),
        () => Number.MAX_VALUE,
      ]
      for (const change of changes) {
        const { status, code } = await receive(alter(delivery, path, change))
        expect([400, 401], code).toContain(status)
      }
      expect(handled).toEqual([])
    })

    it('takes no flipped bit for another event', async () => {
      const { receive, handled } = listen()
      const delivery = own()
      await receive(delivery)
      for (let position = 0; position < delivery.body.length; position++) {
        for (const bit of [0x01, 0x20, 0x80]) {
          const body = Uint8Array.from(delivery.body)
          body[position]! ^= bit
          const reply = await receive({ ...delivery, body })
          if (reply.outcome === 'duplicate') continue
          expect([400, 401, 422], `byte ${position}, ${reply.code}`).toContain(reply.status)
        }
      }
      expect(handled).toHaveLength(1)
    })

    it('finds the event again whatever is not signed', async () => {
      const { receive, handled } = listen()
      const delivery = own()
      await receive(alter(delivery, unsigned, () => 'one'))
      expect(await receive(alter(delivery, unsigned, () => 'two'))).toMatchObject({ outcome: 'duplicate' })
      const other = signDelivery(provider, { secret: secrets[0], type, now, headers: { 'x-request-id': 'same' } })
      expect(await receive(other)).toMatchObject({ outcome: 'handled' })
      expect(handled).toHaveLength(2)
    })

    it.runIf(provider.scheme.freshness.from === 'body')('rejects a delivery that is too old or ahead', async () => {
      const { receive, handled } = listen()
      const tolerance = provider.toleranceMs ?? 300_000
      expect(await receive(own(), now + tolerance + 1_000)).toMatchObject({ code: 'TIMESTAMP_STALE' })
      expect(await receive(own(), now - tolerance - 1_000)).toMatchObject({ code: 'TIMESTAMP_FUTURE' })
      expect(handled).toEqual([])
      expect(await receive(own(), now + tolerance)).toMatchObject({ outcome: 'handled' })
    })

    it.each([
      ['5', 'BODY_NOT_OBJECT'],
      ['"str"', 'BODY_NOT_OBJECT'],
      ['null', 'BODY_NOT_OBJECT'],
      ['true', 'BODY_NOT_OBJECT'],
      ['[]', 'BODY_NOT_OBJECT'],
      ['{"a":', 'BODY_NOT_JSON'],
      ['', 'BODY_NOT_JSON'],
      ['{}', 'SIGNATURE_MISSING'],
    ])('rejects the body %j with %s', async (text, code) => {
      const { receive } = listen()
      expect(await receive(withBody(own(), text))).toMatchObject({ code })
    })

    it('keeps members named __proto__ out of prototypes', async () => {
      const { receive, handled } = listen()
      const delivery = own()
      const text = Buffer.from(delivery.body).toString().replace('{', '{"__proto__":{"polluted":true},')
      expect(await receive(withBody(delivery, text))).toMatchObject({ outcome: 'handled' })
      expect(JSON.stringify(handled)).not.toContain('polluted')
      expect({}).not.toHaveProperty('polluted')
    })

    it('answers every random mutation with 200 or a known error', async () => {
      const { receive, handled } = listen()
      const delivery = own()
      await receive(delivery)
      const mutation = fc.record({ path: fc.constantFrom(signature, unsigned, ...signed), value: fc.jsonValue() })
      await fc.assert(
        fc.asyncProperty(mutation, async ({ path, value }) => {
          const { status } = await receive(alter(delivery, path, () => value))
          expect([200, 400, 401, 422]).toContain(status)
        }),
        { numRuns: 200 },
      )
      expect(handled).toHaveLength(1)
    })

    it('rejects a large body before it reads it, and shows no secret', async () => {
      const { receiver } = listen()
      const { plainHeaders: _, ...delivery } = own()
      const body = (): Promise<Uint8Array> => Promise.reject(new Error('was read'))
      const headers = { 'content-type': 'application/json', 'content-length': String(40 * 1024 * 1024) }
      expect(await receiver.receive({ ...delivery, headers, body })).toMatchObject({ code: 'BODY_TOO_LARGE' })
      const text = JSON.stringify(receiver.describe())
      for (const secret of secrets) expect(text).not.toContain(secret)
      expect(text).toContain('no other member of the body is signed')
    })
  })
}

function bodyOf(delivery: SignedDelivery): Json {
  return parseExact(Buffer.from(delivery.body).toString()) as Json
}

function withBody(delivery: SignedDelivery, text: string): SignedDelivery {
  return { ...delivery, body: Uint8Array.from(Buffer.from(text)) }
}
