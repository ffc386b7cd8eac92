import { anyOf, createReceiver, type Provider } from 'sallyport'
import { tokenChallenge } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { describe, expect, it, vi } from 'vitest'
import { endings, push, unsigned } from '../support/any-of/endpoint.ts'

describe('a check of the endpoint', () => {
  const handshake = {
    get: tokenChallenge({ token: 'agreed', tokenParameter: 'verify', challengeParameter: 'challenge' }),
    head: true,
    unsigned: { member: 'verification_token', receive: vi.fn() },
  }
  const checked = { ...sonzai(), handshake }
  const ask = (method: string, url = '/', body = '{}') => ({ ...unsigned, method, url, body: Buffer.from(body) })
  const createBeside = (provider: Provider = checked) =>
    anyOf({
      github: createReceiver(github(), { secret: 'a' }),
      checked: createReceiver(provider, { secret: 'whsec_b' }),
    })

  it('without proof goes to the sender that checks so', async () => {
    const endpoint = createBeside()
    const token = '{"verification_token":"agreed-upon"}'
    expect(await endpoint.receive(ask('GET', '/?verify=agreed&challenge=42'))).toMatchObject({
      status: 200,
      body: '42',
    })
    expect(await endpoint.receive(ask('HEAD'))).toMatchObject({ status: 200, outcome: 'handshake' })
    expect(endings(await endpoint.receive(ask('POST', '/', token)))).toBe('handshake')
    expect(handshake.unsigned.receive).toHaveBeenCalledExactlyOnceWith('agreed-upon')
    // Nothing else passes without proof.
    expect(endings(await endpoint.receive(ask('GET', '/?verify=guessed&challenge=42')))).toBe('CREDENTIAL_MISMATCH')
    expect(endings(await endpoint.receive(ask('POST')))).toBe('SIGNATURE_MISSING')
    expect(endpoint.counts()).toMatchObject({
      undecided: { outcomes: {} },
      senders: { github: { outcomes: {} }, checked: { outcomes: { handshake: 3, refused: 2 } } },
    })
  })

  it('with the headers of a sender goes to that sender', async () => {
    const endpoint = createBeside()
    const { headers } = push()
    for (const method of ['GET', 'HEAD'])
      expect(endings(await endpoint.receive({ ...ask(method, '/?verify=agreed&challenge=42'), headers }))).toBe(
        'METHOD_NOT_ALLOWED',
      )
    expect(endpoint.counts().senders.github.outcomes).toEqual({ refused: 2 })
  })

  it('of a kind that no sender uses is refused', async () => {
    const endpoint = createBeside({ ...sonzai(), handshake: { head: true } })
    expect(await endpoint.receive(ask('PUT'))).toMatchObject({ headers: { allow: 'POST, HEAD' } })
    expect(endings(await endpoint.receive(ask('GET', '/?verify=agreed&challenge=42')))).toBe('METHOD_NOT_ALLOWED')
    expect(endings(await endpoint.receive(ask('POST', '/', '{"verification_token":"x"}')))).toBe('SENDER_UNKNOWN')
  })

  it('by GET or an unsigned POST has one sender at an endpoint', () => {
    const { get, unsigned: post } = handshake
    for (const [method, own] of [
      ['GET', { get }],
      ['POST', { unsigned: post }],
    ] as const)
      expect(() =>
        anyOf({
          one: createReceiver({ ...sonzai(), handshake: own }, { secret: 'whsec_a' }),
          two: createReceiver({ ...github(), handshake: own }, { secret: 'b' }),
        }),
      ).toThrow(`anyOf: one and two both check the endpoint by a ${method} without a signature`)
  })
})
