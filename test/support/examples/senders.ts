import { createHmac } from 'node:crypto'
import { defineProvider, fromHeader, hmac, parts } from 'sallyport/provider'
import type { EventMap, Provider } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'
import * as z from 'zod'
import { secrets } from './environment.ts'

/** Signs deliveries for one example. */
export interface Sender {
  readonly secret: string
  sign(options: SignOptions): SignedDelivery
}

function toSender<Events extends EventMap>(
  provider: Provider<Events>,
  secret: string,
  defaults: Partial<SignOptions> = {},
): Sender {
  return { secret, sign: (options) => signDelivery(provider, { ...defaults, ...options }) }
}

// The sender of examples/providers/acme.ts, written apart from that definition.
const acme = defineProvider({
  name: 'acme',
  scheme: hmac({
    header: 'x-acme-signature',
    encoding: 'hex',
    signed: [parts.header('x-acme-time'), parts.literal('.'), parts.body],
    freshness: fromHeader('x-acme-time', 'seconds'),
  }),
  identify: () => ({ type: '', data: {} }),
  events: { 'order.paid': z.unknown() },
})

const order: Partial<SignOptions> = {
  body: { id: 'evt_1', type: 'order.paid', data: { order: 'A-1', cents: 1250 } },
  signer({ secrets: [secret = ''], signedAt, body: bytes }) {
    const time = String(Math.floor(signedAt / 1000))
    return {
      'X-Acme-Time': time,
      'X-Acme-Signature': `sha256=${createHmac('sha256', secret).update(`${time}.`).update(bytes).digest('hex')}`,
    }
  },
}

const senders: Readonly<Record<string, Sender>> = {
  sonzai: toSender(sonzai(), secrets.SONZAI_WEBHOOK_SECRET),
  invoratec: toSender(invoratec(), secrets.INVORATEC_WEBHOOK_SECRET),
  github: toSender(github(), secrets.GITHUB_WEBHOOK_SECRET),
  stripe: toSender(stripe(), secrets.STRIPE_WEBHOOK_SECRET),
  svix: toSender(standardWebhooks({ events: { 'contact.created': z.unknown() } }), secrets.STANDARD_WEBHOOK_SECRET),
  acme: toSender(acme, secrets.ACME_WEBHOOK_SECRET, order),
}

/** The sender whose deliveries a program receives. */
export function senderOf(name: string): Sender {
  const sender = senders[name]
  if (sender === undefined) throw new Error(`no sender "${name}"`)
  return sender
}
