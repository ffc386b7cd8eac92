import { SallyportError } from 'sallyport'
import { expect, it } from 'vitest'
import { countingReceiver, signFor, signingTime, withHeader, type ProviderSubject } from './subject.ts'

/** Honest deliveries pass, with rotation and at the edges of the tolerance. */
export function checkRoundTrip(subject: ProviderSubject): void {
  const { provider, secrets, time } = subject

  it.each(Object.keys(provider.events))('accepts a signed %s and hands its data over', async (type) => {
    const { receive, handled } = countingReceiver(subject)
    const reply = await receive(signFor(subject, { type }))
    expect(reply).toMatchObject({ status: 200, outcome: 'handled' })
    expect(handled).toMatchObject([{ type, keyId: 'secret-1' }])
    expect(handled[0]!.data).toBeTypeOf('object')
  })

  it('finds its headers in any case', async () => {
    const { receive } = countingReceiver(subject)
    const delivery = signFor(subject)
    const headers = [...delivery.headers].flatMap(([name, value], index) => [
      index % 2 ? name.toUpperCase() : name.toLowerCase(),
      value,
    ])
    expect(await receive({ ...delivery, headers })).toMatchObject({ outcome: 'handled' })
  })

  it('refuses a delivery signed with another secret', async () => {
    const { receive, handled } = countingReceiver(subject)
    expect(await receive(signFor(subject, { keys: [1] }))).toMatchObject({ status: 401, code: 'SIGNATURE_MISMATCH' })
    expect(handled).toEqual([])
  })

  it('accepts old and new secrets during rotation and says which one matched', async () => {
    const secret = [
      { id: 'old', secret: secrets[0] },
      { id: 'new', secret: secrets[1] },
    ]
    const { receive, handled } = countingReceiver(subject, { secret })
    const signBy = (key: 0 | 1, id: string) =>
      signFor(subject, {
        keys: [key],
        id,
        body: subject.bodyOf(subject.type, new Date(signingTime).toISOString(), { id }),
      })
    await receive(signBy(0, 'first'))
    await receive(signBy(1, 'second'))
    expect(handled.map(({ keyId }) => keyId)).toEqual(['old', 'new'])
  })

  it('lets a secret count only in its period', async () => {
    const secret = [{ secret: secrets[0], notBefore: signingTime, notAfter: new Date(signingTime + 1000) }]
    const { receive } = countingReceiver(subject, { secret })
    expect(await receive(signFor(subject), signingTime - 1)).toMatchObject({ code: 'SECRET_UNKNOWN' })
    expect(await receive(signFor(subject), signingTime)).toMatchObject({ outcome: 'handled' })
    expect(await receive(signFor(subject), signingTime + 1000)).toMatchObject({ code: 'SECRET_UNKNOWN' })
  })

  if (time !== 'none') {
    it.each([
      ['just young enough', 300_000, { outcome: 'handled' }],
      ['too old', 301_000, { status: 401, code: 'TIMESTAMP_STALE' }],
      ['just not too far ahead', -300_000, { outcome: 'handled' }],
      ['too far ahead', -301_000, { status: 401, code: 'TIMESTAMP_FUTURE' }],
    ])('judges a delivery that is %s', async (_, age, expected) => {
      const { receive } = countingReceiver(subject)
      expect(await receive(signFor(subject), signingTime + age)).toMatchObject(expected)
    })

    it('lets the receiver narrow the tolerance', async () => {
      const { receive } = countingReceiver(subject, { toleranceMs: 5_000 })
      expect(await receive(signFor(subject), signingTime + 6_000)).toMatchObject({ code: 'TIMESTAMP_STALE' })
    })
  }

  it('drops a repeated delivery, and processes the retry of a failed one', async () => {
    let failures = 1
    const { receive, handled, receiver } = countingReceiver(subject)
    receiver.onAny(() => {
      if (failures-- > 0) throw new Error('database is down')
    })
    const delivery = signFor(subject)
    expect(await receive(delivery)).toMatchObject({ status: 500, code: 'HANDLER_FAILED' })
    expect(await receive(delivery)).toMatchObject({ status: 200, outcome: 'handled' })
    expect(await receive(delivery)).toMatchObject({ status: 200, outcome: 'duplicate' })
    expect(handled).toHaveLength(2)
  })

  it('describes what it enforces without telling a secret', () => {
    const { receiver } = countingReceiver(subject)
    const text = JSON.stringify(receiver.describe())
    expect(receiver.describe()).toMatchObject({ provider: provider.name, activeSecrets: 1 })
    for (const secret of secrets) expect(text).not.toContain(secret)
  })

  it('refuses to start with two secrets of one id', () => {
    const secret = secrets.map((text) => ({ id: 'same', secret: text }))
    expect(() => countingReceiver(subject, { secret })).toThrow(SallyportError)
  })

  it('keeps the order of its refusals: a request without a signature is not told that its body is bad', async () => {
    const { receive } = countingReceiver(subject)
    const bare = withHeader(signFor(subject, { body: 'not json' }), subject.signatureHeader, () => undefined)
    expect(await receive(bare)).toMatchObject({ code: 'SIGNATURE_MISSING' })
  })
}
