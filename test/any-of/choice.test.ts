import fc from 'fast-check'
import { anyOf, createReceiver, type IncomingDelivery, type Provider } from 'sallyport'
import { defineProvider, hmac, noTimestamp, parts, sharedSecret, type Scheme } from 'sallyport/provider'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'

// Of another sender each.
const secretOf = (name: string): string => `whsec_${Buffer.from(`a secret of ${name}`).toString('base64')}`
const body = '{"id":"evt_1","object":"event","type":"ping","data":{"object":{}}}'
const events = { ping: z.looseObject({}) }

function define(name: string, scheme: Scheme, more: Partial<Provider> = {}): Provider {
  return defineProvider({ name, scheme, identify: () => ({ type: 'ping', data: {} }), events, ...more })
}

function signing(header: string, prefix = ''): Scheme {
  return hmac({ header, prefix, encoding: 'hex', signed: [parts.body], freshness: noTimestamp('a test') })
}

/** A sender of the test, and the headers by which it is recognised. */
interface Kind {
  readonly provider: Provider
  readonly marks: readonly string[]
}

const kinds: readonly Kind[] = [
  {
    provider: define('hub', signing('x-hub-signature-256', 'sha256='), { alsoSends: ['X-Hub-Signature'] }),
    marks: ['x-hub-signature-256'],
  },
  { provider: define('old-hub', signing('x-hub-signature')), marks: ['x-hub-signature'] },
  { provider: stripe(), marks: ['stripe-signature'] },
  { provider: standardWebhooks({ events }), marks: ['webhook-signature', 'svix-signature'] },
  {
    provider: define('token', sharedSecret({ header: 'Authorization', bearer: 'required' })),
    marks: ['authorization'],
  },
  { provider: define('plain', sharedSecret({ header: 'X-Door', bearer: 'never' })), marks: ['x-door'] },
]

/** What a delivery has of one sender. */
type Showing = 'nothing' | 'genuine' | 'other names' | 'forged' | 'empty' | 'twice'
const showings: readonly Showing[] = ['nothing', 'genuine', 'other names', 'forged', 'empty', 'twice']

function toPairs({ provider, marks: [mark = ''] }: Kind, showing: Showing): (readonly [string, string])[] {
  const secret = secretOf(showing === 'forged' ? 'another sender' : provider.name)
  const signer = provider.name === 'token' ? () => ({ Authorization: `Bearer ${secret}` }) : undefined
  const { plainHeaders } = signDelivery(provider, { secret, body, type: 'ping', ...(signer && { signer }) })
  const all = Object.entries(plainHeaders).filter(([name]) => !/^content-|^user-agent$/i.test(name))
  const without = all.filter(([name]) => name.toLowerCase() !== mark)
  switch (showing) {
    case 'nothing':
      // Names that go with a signature do not make a sender.
      return without
    case 'genuine':
    case 'forged':
      return all
    case 'other names':
      return all.map(([name, value]) => [name.replace(/^webhook-/i, 'svix-'), value])
    case 'empty':
      return [...without, [mark, '']]
    case 'twice':
      return [...all, [mark, 'again']]
  }
}

const isShown = (showing: Showing): boolean => showing !== 'nothing'
const isGenuine = (showing: Showing): boolean => showing === 'genuine' || showing === 'other names'

/** Who the sender is, by the rule as it is documented; not as it is written. */
function expectedSender(showing: ReadonlyMap<string, Showing>): string | undefined {
  const shown = [...showing].filter(([, state]) => isShown(state)).map(([name]) => name)
  if (shown.length === 1) return shown[0]
  return shown.length === 2 && shown.includes('hub') && shown.includes('old-hub') ? 'hub' : undefined
}

// Mostly nothing, so that endpoints with many senders get deliveries of one or none too.
const anyShowing = fc.oneof(
  { weight: showings.length, arbitrary: fc.constant<Showing>('nothing') },
  { weight: showings.length - 1, arbitrary: fc.constantFrom(...showings.slice(1)) },
)
const spelt = fc
  .func(fc.boolean())
  .map(
    (isUpper) => (name: string) =>
      name.replaceAll(/[a-z]/g, (letter) => (isUpper(letter) ? letter.toUpperCase() : letter)),
  )
const endpoints = fc.uniqueArray(fc.nat(kinds.length - 1), { minLength: 1, maxLength: kinds.length }).chain((places) =>
  fc.record({
    places: fc.constant(places),
    states: fc.array(anyShowing, { minLength: places.length, maxLength: places.length }),
    noise: fc.array(
      fc.tuple(
        fc.constantFrom('x-hub', 'signature', 'x-door-2', 'host', 'webhook'),
        fc.string({ unit: 'grapheme-ascii' }),
      ),
    ),
    order: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
    spell: spelt,
  }),
)

describe('the choice of anyOf', () => {
  it('is the one sender whose headers are there, and only a genuine delivery passes', async () => {
    const seen = { handled: 0, forged: 0, SENDER_UNKNOWN: 0, SENDER_AMBIGUOUS: 0 }
    await fc.assert(
      fc.asyncProperty(endpoints, async ({ places, states, noise, order, spell }) => {
        const handled: string[] = []
        const chosen = places.map((place) => kinds[place]!)
        const receivers = chosen.map(({ provider }) => {
          const receiver = createReceiver(provider, { secret: secretOf(provider.name), replayGuard: 'off' })
          const note = (): void => void handled.push(provider.name)
          return [provider.name, receiver.onAny(note).onUnknown(note)] as const
        })
        const showing = new Map(chosen.map(({ provider }, index) => [provider.name, states[index]!]))
        const pairs = [
          ['content-type', 'application/json'] as const,
          ...noise,
          ...chosen.flatMap((kind, index) => toPairs(kind, states[index]!)),
        ].map(([name, value]) => [spell(name), value] as const)
        const shuffled = pairs.map((pair, index) => [order[index]!, pair] as const).toSorted(([a], [b]) => a - b)
        let wasRead = false
        const delivery: IncomingDelivery = {
          method: 'POST',
          url: '/',
          headers: shuffled.map(([, pair]) => pair),
          body: async () => {
            wasRead = true
            return Buffer.from(body)
          },
        }
        const endpoint = anyOf(Object.fromEntries(receivers))
        const { outcome, code } = await endpoint.receive(delivery)
        const sender = expectedSender(showing)
        if (sender === undefined) {
          const isNobody = [...showing.values()].every((state) => !isShown(state))
          expect(code).toBe(isNobody ? 'SENDER_UNKNOWN' : 'SENDER_AMBIGUOUS')
          expect({ handled, wasRead }).toEqual({ handled: [], wasRead: false })
          expect(endpoint.counts().undecided).toEqual({ outcomes: { refused: 1 }, codes: { [code!]: 1 } })
          seen[code as 'SENDER_UNKNOWN' | 'SENDER_AMBIGUOUS']++
          return
        }
        const passes = isGenuine(showing.get(sender)!)
        expect({ sender, handled }).toEqual({ sender, handled: passes ? [sender] : [] })
        expect(/handled|unknown/.test(outcome)).toBe(passes)
        for (const [name, { outcomes }] of Object.entries(endpoint.counts().senders))
          expect([name, Object.keys(outcomes).length]).toEqual([name, name === sender ? 1 : 0])
        seen[passes ? 'handled' : 'forged']++
      }),
      { numRuns: 400 },
    )
    // Every kind of ending was met.
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
  })
})
