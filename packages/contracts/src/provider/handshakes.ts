import type { IncomingDelivery, Reply } from 'sallyport'
import { signDelivery } from 'sallyport/testing'
import { expect, it, vi } from 'vitest'
import { countingReceiver, signFor, signingTime, withHeader, type ProviderSubject } from './subject.ts'

/** A check of the endpoint by the sender, and what answers it. */
export interface HandshakeSubject {
  /** The body of a signed POST; `undefined` for a GET. */
  readonly body?: unknown
  /** The query of a GET, with the verify token, as `?hub.mode=…`. */
  readonly query?: string | undefined
  /** The answer, or what makes it from the secret. */
  readonly answer: HandshakeResult | ((secret: string) => HandshakeResult)
}

/** What the sender gets. */
export interface HandshakeResult {
  readonly status: number
  readonly body: string
}

/** Handshakes: answered when they are genuine, and never an event. */
export function checkHandshakes(subject: ProviderSubject): void {
  const { provider, secrets, signatureHeader, handshakes = [] } = subject
  const { signed, signedWithMac, get, unsigned } = provider.handshake ?? {}
  const posts = handshakes.filter(({ body }) => body !== undefined)
  const gets = handshakes.flatMap(({ query, answer }) => (query === undefined ? [] : [{ query, answer }]))

  function expectAnswer(reply: Reply, answer: HandshakeSubject['answer']): void {
    const { status, body } = typeof answer === 'function' ? answer(secrets[0]) : answer
    expect(reply).toMatchObject({ outcome: 'handshake', status, body })
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
  }

  it('has an example of each handshake', () => {
    expect(posts.length > 0).toBe(signed !== undefined || signedWithMac !== undefined)
    expect(gets.length > 0).toBe(get !== undefined)
  })

  it('answers a signed handshake as often as it comes', async () => {
    for (const { body, answer } of posts) {
      const { receive, handled } = countingReceiver(subject)
      const delivery = signFor(subject, { body })
      for (let round = 0; round < 2; round++) expectAnswer(await receive(delivery), answer)
      expect(handled).toEqual([])
    }
  })

  it('answers no unsigned or forged handshake', async () => {
    for (const { body } of posts) {
      const { receive } = countingReceiver(subject)
      const genuine = signFor(subject, { body })
      const unsignedOne = await receive(withHeader(genuine, signatureHeader, () => undefined))
      expect(['SIGNATURE_MISSING', 'CREDENTIAL_MISSING']).toContain(unsignedOne.code)
      const forged = await receive(signFor(subject, { body, keys: [1] }))
      expect(forged).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
      // Signed for another body.
      const moved = await receive({ ...signFor(subject), body: genuine.body })
      expect(moved).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
      for (const reply of [unsignedOne, forged, moved]) expect(reply.outcome).not.toBe('handshake')
    }
  })

  it('answers a GET only with its verify token', async () => {
    for (const { query, answer } of gets) {
      expectAnswer(await ask('GET', query), answer)
      const parameters = [...new URLSearchParams(query)]
      for (const [index, [name, value]] of parameters.entries()) {
        const without = new URLSearchParams(parameters.toSpliced(index, 1))
        const repeated = new URLSearchParams([...parameters, [name, value]])
        const altered = new URLSearchParams(parameters.toSpliced(index, 1, [name, `<b>${value}</b>`]))
        for (const other of [without, repeated, altered])
          expect(await ask('GET', `?${String(other)}`)).toMatchObject({ outcome: 'refused' })
      }
    }
  })

  it('answers no other method', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE']) {
      const isAnswered = method === 'GET' ? get !== undefined : method === 'HEAD' && provider.handshake?.head === true
      const { outcome, code } = await ask(method, '')
      if (method === 'HEAD' && isAnswered) expect(outcome).toBe('handshake')
      else expect(code).toBe(isAnswered ? 'HANDSHAKE_INVALID' : 'METHOD_NOT_ALLOWED')
    }
  })

  it('passes on an unsigned text, and nothing beside it', async () => {
    if (unsigned === undefined) return
    const headers = { 'content-type': 'application/json' }
    const post = (body: object): Promise<Reply> => ask('POST', '', { headers, body: Buffer.from(JSON.stringify(body)) })
    expect(await post({ [unsigned.member]: 'secret_abc' })).toMatchObject({
      outcome: 'handshake',
      status: 200,
      body: '',
    })
    expect(await post({ [unsigned.member]: 'secret_abc', type: subject.type })).toMatchObject({ outcome: 'refused' })
  })

  it('passes on a text that signs itself only where the sender does that', async () => {
    if (unsigned === undefined) return
    const { receive, handled } = countingReceiver(subject)
    const text = 'secret_that-signs-itself'
    const message = { [unsigned.member]: text }
    const signBy = (secret: string) => signDelivery(provider, { secret, body: message, now: signingTime })
    const outcome = unsigned.selfSigned === true ? 'handshake' : 'refused'
    expect(await receive(signBy(text))).toMatchObject({ outcome })
    expect(await receive(signBy('another-secret'))).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
    // A body that was looked at is still whole.
    const headers = { 'content-length': String(signFor(subject).body.length) }
    const genuine = signFor(subject, { headers })
    const body = vi.fn(() => Promise.resolve(genuine.body))
    expect(await receive({ ...genuine, body })).toMatchObject({ outcome: 'handled' })
    expect(body).toHaveBeenCalledOnce()
    expect(handled).toHaveLength(1)
  })

  function ask(method: string, query: string, more: Partial<IncomingDelivery> = {}): Promise<Reply> {
    const { receiver } = countingReceiver(subject)
    const url = `/${query}`
    return receiver.receive({ method, url, headers: {}, body: new Uint8Array(), receivedAt: signingTime, ...more })
  }
}
