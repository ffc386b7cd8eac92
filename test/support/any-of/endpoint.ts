import { anyOf, createReceiver, type Reply } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'

export const secrets = { github: 'a secret of github', stripe: 'whsec_of-stripe' }
export const push = (more: object = {}): SignedDelivery =>
  signDelivery(github(), { secret: secrets.github, type: 'push', ...more })
export const paid = (more: object = {}): SignedDelivery =>
  signDelivery(stripe(), { secret: secrets.stripe, type: 'invoice.paid', ...more })
export const both = (): SignedDelivery => paid({ headers: { 'x-hub-signature-256': 'anything' } })
export const unsigned = {
  method: 'POST',
  url: '/',
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{}'),
}

/** An endpoint for GitHub and Stripe. */
export function createEndpoint(options: Parameters<typeof anyOf>[1] = {}) {
  const receivers = {
    github: createReceiver(github(), { secret: secrets.github }),
    stripe: createReceiver(stripe(), { secret: secrets.stripe, maxBodyBytes: 100_000 }),
  }
  return anyOf(receivers, options)
}

/** The code of a refusal, else the outcome. */
export const endings = ({ outcome, code }: Reply): string => code ?? outcome
