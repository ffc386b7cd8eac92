import { toHeaderList } from 'sallyport/provider'
import type { Delivery } from 'sallyport'
import { diagnose, diagnosisCauses } from 'sallyport/diagnose'
import { fleet } from '@sallyport/fleet'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arrive, signedAt } from '../support/diagnose/signed.ts'

type AnyProvider = ReturnType<typeof sonzai>

const providers = [
  sonzai(),
  invoratec(),
  github(),
  langsmith(),
  stripe(),
  standardWebhooks({ events: {} }),
  fleet(),
] as unknown as AnyProvider[]
const secret = 'whsec_bG9uZyBlbm91Z2ggc2VjcmV0'
const marker = 'PAYLOADMARKER'
const body = (provider: AnyProvider): string =>
  JSON.stringify({
    event_type: 'agent.message',
    event: 'tool.executed',
    type: 'invoice.paid',
    action: 'Publish',
    timestamp: new Date(signedAt).toISOString(),
    data: { note: `${marker} ü`, of: provider.name },
  })

/** Random damage to body and headers. */
const damage = fc.record({
  splice: fc.tuple(fc.nat(400), fc.nat(20), fc.uint8Array({ maxLength: 12 })),
  drop: fc.option(fc.nat(8)),
  repeat: fc.option(fc.nat(8)),
  value: fc.option(fc.tuple(fc.nat(8), fc.string({ maxLength: 40 }))),
  age: fc.integer({ min: -1e9, max: 1e9 }),
})

function spoil(
  delivery: Delivery,
  { splice, drop, repeat, value, age }: typeof damage extends fc.Arbitrary<infer T> ? T : never,
): Delivery {
  const [at, count, insert] = splice
  const bytes = Buffer.from(delivery.body)
  let pairs = [...delivery.headers]
  if (value) pairs = pairs.map(([name, text], index) => (index === value[0] ? [name, value[1]] : [name, text]))
  if (repeat !== null && pairs[repeat]) pairs.push(pairs[repeat])
  if (drop !== null) pairs.splice(drop, 1)
  return {
    ...delivery,
    headers: toHeaderList(pairs),
    body: Buffer.concat([bytes.subarray(0, at), insert, bytes.subarray(at + count)]),
    receivedAt: signedAt + age,
  }
}

describe.each(providers.map((provider) => [provider.name, provider] as const))('diagnose: %s', (_name, provider) => {
  it('explains any damage and reveals no secret', async () => {
    const arrived = arrive(provider, { secret, body: body(provider) })
    const signatures = [...arrived.headers].flatMap(([, value]) => value.match(/[0-9a-zA-Z+/=]{24,}/g) ?? [])
    await fc.assert(
      fc.asyncProperty(
        damage,
        fc.constantFrom(secret, `${secret}\n`, 'whsec_d3Jvbmc=', secret.slice(6)),
        async (how, configured) => {
          const diagnosis = await diagnose(provider, spoil(arrived, how), {
            secret: configured,
            searchBytes: 8 * 1024 * 1024,
            also: [arrived],
            otherSecrets: [{ id: 'env:OTHER', secret: 'whsec_b3RoZXI=' }, { secret }],
          })
          expect(diagnosis.findings.length > 0).toBe(!diagnosis.ok)
          expect(diagnosis.ok).toBe(diagnosis.code === undefined)
          const shown = JSON.stringify(diagnosis)
          for (const hidden of [secret.slice(6), marker, ...signatures]) expect(shown).not.toContain(hidden)
          for (const { cause } of diagnosis.findings) expect(Object.keys(diagnosisCauses)).toContain(cause)
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('diagnose: altered bodies', () => {
  it('always finds white space around a body', async () => {
    const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(space, space, async (before, after) => {
        const text = body(sonzai())
        const delivery = arrive(sonzai(), { secret, body: text }, () => ({ body: Buffer.from(before + text + after) }))
        const { ok, findings } = await diagnose(sonzai(), delivery, { secret })
        if (before + after === '') expect(ok).toBe(true)
        else expect(findings).toMatchObject([{ cause: 'BODY_WHITESPACE', certainty: 'proven' }])
      }),
      { numRuns: 60 },
    )
  })

  it('finds any compact JSON that was indented on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (data) => {
        // Written and read once, since that changes the text of numbers such as -0.
        const value: unknown = JSON.parse(JSON.stringify({ event_type: 'agent.message', data }))
        const delivery = arrive(sonzai(), { secret, body: JSON.stringify(value) }, () => ({
          body: Buffer.from(JSON.stringify(value, undefined, 3)),
        }))
        expect((await diagnose(sonzai(), delivery, { secret })).findings).toMatchObject([
          { cause: 'BODY_RESERIALISED' },
        ])
      }),
      { numRuns: 60 },
    )
  })
})
