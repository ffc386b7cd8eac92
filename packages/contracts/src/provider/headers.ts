import { expect, it } from 'vitest'
import { countingReceiver, signFor, signingTime, withHeader, type ProviderSubject, type Receivable } from './subject.ts'

/** One test for each way in which headers beside the matching signature must not decide. */
export function checkHeaders(subject: ProviderSubject): void {
  const { provider, secrets, signatureHeader } = subject

  async function expectRefused(delivery: Receivable, code: string): Promise<void> {
    const { receive, handled } = countingReceiver(subject)
    expect(await receive(delivery)).toMatchObject({ code })
    expect(handled).toEqual([])
  }

  it('ignores unsigned headers that name no event type', async () => {
    const { signedHeaders = [], headers = {}, typeHeader, claimHeader } = subject
    const decisive = [
      signatureHeader,
      ...signedHeaders,
      ...Object.keys(headers),
      typeHeader,
      claimHeader,
      'content-type',
    ]
    const known = new Set(decisive.map((name) => name?.toLowerCase()))
    for (const [name] of signFor(subject).headers) {
      if (known.has(name.toLowerCase())) continue
      for (const value of ['another', '', new Date(signingTime + 1).toISOString()]) {
        const { receive } = countingReceiver(subject)
        const altered = withHeader(signFor(subject), name, () => value)
        expect(await receive(altered), `${name}: ${value}`).toMatchObject({ outcome: 'handled' })
      }
    }
  })

  it('rejects a type header that contradicts the body', async () => {
    if (subject.typeHeader === undefined) return
    const other = Object.keys(provider.events).find((type) => type !== subject.type) ?? 'another'
    await expectRefused(
      withHeader(signFor(subject), subject.typeHeader, () => other),
      'HEADER_DISAGREES',
    )
  })

  it('offers a type that only a header names as claimed', async () => {
    const { claimHeader, type } = subject
    if (claimHeader === undefined) return
    const delivery = signFor(subject)
    const { receive, receiver, handled } = countingReceiver(subject)
    const unknown: unknown[] = []
    receiver.onUnknown((event) => void unknown.push(event))
    const forged = withHeader(delivery, claimHeader, () => 'not/this kind')
    // Another name for the same bytes is the same event.
    expect(await receive(forged)).toMatchObject({ outcome: 'unknown' })
    expect(unknown).toMatchObject([{ type: 'claimed:not/this kind', claimedType: 'not/this kind' }])
    expect(await receive(delivery)).toMatchObject({ outcome: 'duplicate' })
    expect(handled).toEqual([])
    expect(type).toMatch(/^claimed:/)
    for (const odd of [undefined, '', ' ', 'a  b', 'a\tb', 'a\nb', '<b>', 'a, a', 'é', 'a'.repeat(129)]) {
      await expectRefused(
        withHeader(delivery, claimHeader, () => odd),
        'EVENT_UNIDENTIFIED',
      )
    }
    await expectRefused(
      withHeader(delivery, claimHeader, (value) => [value, value]),
      'EVENT_UNIDENTIFIED',
    )
  })

  it('tries every one of several signatures', async () => {
    if (subject.severalJoinedBy === undefined) return
    const secret = [secrets[1]]
    for (const keys of [
      [0, 1],
      [1, 0],
    ] as const) {
      const { receive } = countingReceiver(subject, { secret })
      expect(await receive(signFor(subject, { keys }))).toMatchObject({ outcome: 'handled' })
    }
    const { receive } = countingReceiver(subject, { secret })
    expect(await receive(signFor(subject, { keys: [0, 0] }))).toMatchObject({ code: 'SIGNATURE_MISMATCH' })
  })

  it('accepts a malformed signature beside a good one', async () => {
    if (subject.severalJoinedBy === undefined) return
    for (const [keys, good, bad] of [
      [[0, 1], 0, 1],
      [[1, 0], 1, 0],
    ] as const) {
      for (const spoil of spoilers) {
        const { receive } = countingReceiver(subject)
        const delivery = signFor(subject, { keys })
        const spoiled = withHeader(delivery, signatureHeader, (value) => spoilSignature(value, spoil, [bad]))
        expect(await receive(spoiled), spoil('ab=')).toMatchObject({ outcome: 'handled' })
        // The other way round, no key of this receiver is left.
        const useless = withHeader(delivery, signatureHeader, (value) => spoilSignature(value, spoil, [good]))
        await expectRefused(useless, 'SIGNATURE_MISMATCH')
        const both = withHeader(delivery, signatureHeader, (value) => spoilSignature(value, spoil, [0, 1]))
        await expectRefused(both, 'SIGNATURE_MALFORMED')
      }
    }
  })
}

type Spoil = (signature: string) => string

const spoilers: readonly Spoil[] = [
  (signature) => signature.slice(1),
  (signature) => `${signature}00`,
  (signature) => signature.replace(/^./, '!'),
  () => '',
]

/** The header's value with some of its signatures made malformed, by their position. */
function spoilSignature(value: string, spoil: Spoil, positions: readonly number[]): string {
  let position = 0
  const signatures = /[A-Za-z0-9+/]{86}==|[A-Za-z0-9+/]{43}=|[0-9a-f]{64}/g
  return value.replaceAll(signatures, (text) => (positions.includes(position++) ? spoil(text) : text))
}
