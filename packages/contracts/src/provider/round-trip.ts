import { SallyportError, type ErrorCode } from 'sallyport'
import { expect, it } from 'vitest'
import {
  acceptedStatusOf,
  countingReceiver,
  signFor,
  signingTime,
  statusOf,
  takesSecret,
  toleranceOf,
  withHeader,
  type ProviderSubject,
} from './subject.ts'

/** Accepts valid deliveries, during rotation and at the limits of the tolerance. */
export function checkRoundTrip(subject: ProviderSubject): void {
  const { provider, secrets, time } = subject
  const refusedWith = (code: ErrorCode): object => ({ status: statusOf(subject, code), code })

  it.each(Object.keys(provider.events))('accepts a signed %s and passes on its data', async (type) => {
    const { receive, handled } = countingReceiver(subject)
    const reply = await receive(signFor(subject, { type }))
    expect(reply).toMatchObject({ status: acceptedStatusOf(subject), outcome: 'handled' })
    expect(handled).toMatchObject([{ type, ...(takesSecret(subject) ? { keyId: 'secret-1' } : {}) }])
    expect(handled[0]!.data).toBeTypeOf('object')
  })

  it('finds headers in any case', async () => {
    const { receive } = countingReceiver(subject)
    const delivery = signFor(subject)
    const headers = [...delivery.headers].flatMap(([name, value], index) => [
      index % 2 ? name.toUpperCase() : name.toLowerCase(),
      value,
    ])
    expect(await receive({ ...delivery, headers })).toMatchObject({ outcome: 'handled' })
  })

  it('rejects a delivery signed with another secret', async () => {
    const { receive, handled } = countingReceiver(subject)
    expect(await receive(signFor(subject, { keys: [1] }))).toMatchObject(refusedWith('SIGNATURE_MISMATCH'))
    expect(handled).toEqual([])
  })

  it.runIf(takesSecret(subject))('accepts old and new secrets and reports which one matched', async () => {
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

  it.runIf(takesSecret(subject))('uses a secret only in its period', async () => {
    const secret = [{ secret: secrets[0], notBefore: signingTime, notAfter: new Date(signingTime + 1000) }]
    const { receive } = countingReceiver(subject, { secret })
    expect(await receive(signFor(subject), signingTime - 1)).toMatchObject({ code: 'SECRET_UNKNOWN' })
    expect(await receive(signFor(subject), signingTime)).toMatchObject({ outcome: 'handled' })
    expect(await receive(signFor(subject), signingTime + 1000)).toMatchObject({ code: 'SECRET_UNKNOWN' })
  })

  if (time !== 'none') {
    const toleranceMs = toleranceOf(subject)
    const seconds = toleranceMs / 1000
    it.each([
      [`accepts a delivery ${seconds} s old`, toleranceMs, { outcome: 'handled' }],
      [`rejects a delivery ${seconds + 1} s old`, toleranceMs + 1000, refusedWith('TIMESTAMP_STALE')],
      [`accepts a delivery ${seconds} s ahead`, -toleranceMs, { outcome: 'handled' }],
      [`rejects a delivery ${seconds + 1} s ahead`, -toleranceMs - 1000, refusedWith('TIMESTAMP_FUTURE')],
    ])('%s', async (_, age, expected) => {
      const { receive } = countingReceiver(subject)
      expect(await receive(signFor(subject), signingTime + age)).toMatchObject(expected)
    })

    it('applies a narrower tolerance', async () => {
      const { receive } = countingReceiver(subject, { toleranceMs: 5_000 })
      expect(await receive(signFor(subject), signingTime + 6_000)).toMatchObject({ code: 'TIMESTAMP_STALE' })
    })
  }

  it('skips a duplicate, handles the retry of a failed delivery', async () => {
    let failures = 1
    const { receive, handled, receiver } = countingReceiver(subject)
    receiver.onAny(() => {
      if (failures-- > 0) throw new Error('database is down')
    })
    const delivery = signFor(subject)
    const status = subject.provider.statuses?.HANDLER_FAILED ?? 500
    expect(await receive(delivery)).toMatchObject({ status, code: 'HANDLER_FAILED' })
    expect(await receive(delivery)).toMatchObject({ status: acceptedStatusOf(subject), outcome: 'handled' })
    expect(await receive(delivery)).toMatchObject({ status: acceptedStatusOf(subject), outcome: 'duplicate' })
    expect(handled).toHaveLength(2)
  })

  it('describes its checks without a secret', () => {
    const { receiver } = countingReceiver(subject)
    const text = JSON.stringify(receiver.describe())
    expect(receiver.describe()).toMatchObject({
      provider: provider.name,
      activeSecrets: takesSecret(subject) ? 1 : 'resolved per delivery',
    })
    for (const secret of secrets) expect(text).not.toContain(secret)
  })

  it.runIf(takesSecret(subject))('rejects two secrets with the same id', () => {
    const secret = secrets.map((text) => ({ id: 'same', secret: text }))
    expect(() => countingReceiver(subject, { secret })).toThrow(SallyportError)
  })

  it('reports a missing signature before an invalid body', async () => {
    const { receive } = countingReceiver(subject)
    const bare = withHeader(signFor(subject, { body: 'not json' }), subject.signatureHeader, () => undefined)
    expect(await receive(bare)).toMatchObject({ code: 'SIGNATURE_MISSING' })
  })
}
