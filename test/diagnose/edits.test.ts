import type { Delivery } from 'sallyport'
import { diagnose, type DiagnoseOptions } from 'sallyport/diagnose'
import { toHeaderList } from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrive, causesOf, signedAt } from '../support/diagnose/signed.ts'

const secret = 'whsec_of-the-diagnosis'
const text = '{"event_type":"on_wakeup_ready","agent_id":"a-1","data":{"b":1.0,"a":"ü"},"at":"x"}'
const signed = Buffer.from(text)
const altered = (body: Uint8Array) => arrive(sonzai(), { secret, body: text }, () => ({ body }))

/** How often other work got its turn while a delivery was diagnosed. */
async function countTurns(delivery: Delivery, options: Partial<DiagnoseOptions> = {}): Promise<number> {
  let turns = 0
  let isOver = false
  const count = (): void => {
    turns += 1
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  await diagnose(sonzai(), delivery, { secret, ...options })
  isOver = true
  return turns
}

describe('diagnose: a large body', () => {
  it('has a turn for each form it is written in', async () => {
    const body = JSON.stringify({ list: Array.from({ length: 100_000 }, (_, n) => ({ n })) })
    const delivery = arrive(sonzai(), { secret: 'whsec_b', body })
    // Five layouts, each with and without a line end.
    expect(await countTurns(delivery, { searchBytes: 0 })).toBeGreaterThan(10)
  })
})

describe('diagnose: one byte', () => {
  const spliced = (at: number, count: number, ...bytes: number[]): Buffer =>
    Buffer.concat([signed.subarray(0, at), Buffer.from(bytes), signed.subarray(at + count)])

  it.each([
    ['a flipped bit', spliced(20, 1, signed[20]! ^ 1), `one bit of byte 21 of ${signed.length} was flipped`],
    ['another letter', spliced(40, 1, 0x7a), `byte 41 of ${signed.length} was changed`],
    ['a control character', spliced(40, 1, 0x07), `byte 41 of ${signed.length} was changed`],
    ['a removed byte', spliced(30, 1), `byte 31 of ${signed.length} was removed`],
    ['an added byte', spliced(30, 0, 0x21), `byte 31 of ${signed.length + 1} was added`],
    ['a byte added in front', spliced(0, 0, 0x21), `byte 1 of ${signed.length + 1} was added`],
    ['a removed last byte', spliced(signed.length - 1, 1), `byte ${signed.length} of ${signed.length} was removed`],
  ])('is found: %s', async (_what, body, detail) => {
    const { findings } = await diagnose(sonzai(), altered(body), { secret })
    expect(findings).toMatchObject([{ cause: 'BODY_SINGLE_BYTE', certainty: 'proven', detail }])
  })

  it('is found wherever and whatever it is', async () => {
    const change = fc.tuple(fc.nat(signed.length - 1), fc.integer({ min: 1, max: 255 }))
    await fc.assert(
      fc.asyncProperty(change, async ([at, by]) => {
        const findings = await causesOf(sonzai(), altered(spliced(at, 1, signed[at]! ^ by)), secret)
        expect(findings).toEqual([['BODY_SINGLE_BYTE', 'proven']])
      }),
      { numRuns: 25 },
    )
  })

  it('is searched in short turns', async () => {
    const turns = await countTurns(altered(Buffer.from(text.replace('on_wakeup', 'at_nowups'))))
    // 20,000 tries of 4 KiB each, 16 MiB a turn.
    expect(turns).toBeGreaterThan(4)
  })

  it('is not searched beyond searchBytes', async () => {
    const delivery = altered(spliced(40, 1, 0x07))
    const { findings } = await diagnose(sonzai(), delivery, { secret, searchBytes: 100 * 5_000 })
    expect(findings).toMatchObject([{ cause: 'UNEXPLAINED', certainty: 'possible' }])
    expect(findings[0]!.detail).toMatch(/not every single byte/)
    await expect(diagnose(sonzai(), delivery, { secret, searchBytes: Number.NaN })).rejects.toThrow(/searchBytes/)
  })

  it('of a large body is not searched', async () => {
    const body = `{"event_type":"agent.message","note":"${'x'.repeat(70_000)}"}`
    const delivery = arrive(sonzai(), { secret, body }, () => ({ body: Buffer.from(body.replace('x', 'y')) }))
    expect(await causesOf(sonzai(), delivery, secret)).toEqual([['UNEXPLAINED', 'possible']])
  })
})

describe('diagnose: the order of JSON members', () => {
  const nine = (names: string): string =>
    `{${names
      .split('')
      .map((name) => `"${name}": ${name.codePointAt(0)}.0`)
      .join(', ')}}`

  it.each([
    [
      'swapped',
      text,
      text.replace(
        '"event_type":"on_wakeup_ready","agent_id":"a-1"',
        '"agent_id":"a-1","event_type":"on_wakeup_ready"',
      ),
    ],
    ['swapped inside', text, text.replace('"b":1.0,"a":"ü"', '"a":"ü","b":1.0')],
    [
      'sorted at all levels',
      text,
      '{"agent_id":"a-1","at":"x","data":{"a":"ü","b":1.0},"event_type":"on_wakeup_ready"}',
    ],
    [
      'as jsonb writes them',
      '{"kind":1,"id":2,"x":[{"bb":1,"a":2}]}',
      '{"x": [{"a": 2, "bb": 1}], "id": 2, "kind": 1}',
    ],
    ['sorted by the sender', nine('abcdefghi'), nine('fbchagedi')],
    ['many, one moved', nine('abhdegcif'), nine('abhegcifd')],
  ])('is found: %s', async (_what, sent, received) => {
    const delivery = arrive(sonzai(), { secret, body: sent }, () => ({ body: Buffer.from(received) }))
    expect(await causesOf(sonzai(), delivery, secret)).toEqual([['BODY_MEMBER_ORDER', 'proven']])
  })

  it.each([
    ['objects', `{"list":[${Array.from({ length: 4_000 }, (_, n) => `{"a":${n},"b":2}`).join(',')}]}`],
    ['members', `{${Array.from({ length: 5_000 }, (_, n) => `"m${n}":${n}`).join(',')}}`],
    ['levels', `${'{"a":1,"b":'.repeat(5_000)}2${'}'.repeat(5_000)}`],
  ])('is not searched for ever in thousands of %s', async (_what, body) => {
    const delivery = arrive(sonzai(), { secret: 'whsec_b', body })
    const findings = await causesOf(sonzai(), delivery, secret, { searchBytes: 32 * 1024 ** 2 })
    expect(findings).toEqual([['UNEXPLAINED', 'possible']])
  })

  it('is learnt from another delivery', async () => {
    const delivery = arrive(sonzai(), { secret, body: nine('khgfabeji') }, () => ({
      body: Buffer.from(nine('abefghijk')),
    }))
    const other = arrive(sonzai(), { secret, body: nine('khgfabeji').replaceAll('1', '2') })
    expect(await causesOf(sonzai(), delivery, secret)).toEqual([['UNEXPLAINED', 'possible']])
    expect(await causesOf(sonzai(), delivery, secret, { also: [other] })).toEqual([['BODY_MEMBER_ORDER', 'proven']])
  })
})

describe('diagnose: other evidence', () => {
  const odd = altered(Buffer.from(text.replace('on_wakeup', 'off_sleeps')))
  const other = (minutes: number, key = secret): Delivery => {
    const now = signedAt + minutes * 60_000
    return arrive(sonzai(), { secret: key, now }, () => ({ receivedAt: now }))
  }

  it('trusts the secret if deliveries before and after verify', async () => {
    const certain = [['BODY_ALTERED', 'likely']]
    expect(await causesOf(sonzai(), odd, secret, { also: [other(-9), other(9)] })).toEqual(certain)
    const possible = [['BODY_ALTERED', 'possible']]
    expect(await causesOf(sonzai(), odd, secret, { also: [other(9)] })).toEqual(possible)
    expect(await causesOf(sonzai(), odd, secret, { also: [other(-9), other(9, 'whsec_b')] })).toEqual(possible)
  })

  it('does not decide by another delivery that fails', async () => {
    const { findings } = await diagnose(sonzai(), odd, { secret, also: [other(9, 'whsec_b')] })
    expect(findings).toMatchObject([
      { cause: 'UNEXPLAINED', certainty: 'possible', detail: 'the other delivery does not verify either' },
    ])
  })

  it('names the other secret that verifies', async () => {
    const otherSecrets = [
      { id: 'env:STRIPE', secret: 'whsec_b' },
      { id: 'env:SONZAI_OLD', secret },
    ]
    const { findings } = await diagnose(sonzai(), arrive(sonzai(), { secret }), { secret: 'whsec_c', otherSecrets })
    expect(findings).toMatchObject([
      { cause: 'SECRET_WRONG', certainty: 'proven', detail: 'it verifies with env:SONZAI_OLD' },
    ])
  })

  it('finds a time that was edited', async () => {
    const now = signedAt + 7_200_000
    const delivery = arrive(sonzai(), { secret }, ({ headers }) => ({
      headers: toHeaderList(
        [...headers].map(([name, value]): [string, string] => [name, value.replace(/t=\d+/, `t=${now / 1000}`)]),
      ),
      receivedAt: now,
    }))
    const { findings } = await diagnose(sonzai(), delivery, { secret })
    const detail = 'it was signed 7200 s before the time that stands there'
    expect(findings).toMatchObject([{ cause: 'TIME_ALTERED', certainty: 'proven', detail }])
  })

  it.each([
    ['sonzai', sonzai(), 'sonzai-signature', /.$/],
    ['github', github(), 'x-hub-signature-256', /..$/],
    ['standard-webhooks', standardWebhooks({ events: {} }), 'webhook-signature', /(?<=^v1,)./],
  ] as const)('finds a signature that was damaged: %s', async (_name, given, header, pattern) => {
    const provider = given as unknown as ReturnType<typeof sonzai>
    const key = 'whsec_bG9uZyBlbm91Z2ggc2VjcmV0'
    const delivery = arrive(provider, { secret: key }, ({ headers }) => ({
      headers: toHeaderList(
        [...headers].map(([name, value]): [string, string] => [
          name,
          name.toLowerCase() === header
            ? value.replace(pattern, (old) => (old.startsWith('0') ? '1' : '0').repeat(old.length))
            : value,
        ]),
      ),
    }))
    expect(await causesOf(provider, delivery, key)).toEqual([['SIGNATURE_DAMAGED', 'proven']])
  })
})
