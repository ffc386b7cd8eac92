import type { Provider } from 'sallyport'
import { refuse, tokenChallenge, withHttps, type Handshake } from 'sallyport/provider'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { secret, sharedSecretProvider, standardProvider, tokenProvider } from './deliveries.ts'

const usual = sonzai()

export const verifyToken = 'a verify token, 100% ours & +'

/** A sender that checks an endpoint in every way there is. */
const handshake: Handshake = {
  signed: ({ body: { challenge, shape } }) => {
    if (challenge === undefined) return undefined
    return shape === 'text' ? { text: challenge } : shape === 'empty' ? { empty: true } : { json: { challenge } }
  },
  get: tokenChallenge({
    token: verifyToken,
    tokenParameter: 'hub.verify_token',
    challengeParameter: 'hub.challenge',
    fixed: { 'hub.mode': 'subscribe' },
  }),
  head: true,
  unsigned: { member: 'verification_token', receive: () => {} },
}

/** Its scheme fetches the key, and sometimes cannot. */
const withFetchedKey: Provider = {
  ...usual,
  scheme: {
    ...usual.scheme,
    isAsync: true,
    verify: async (claim, delivery, keys) =>
      delivery.headers.has('x-outage')
        ? refuse('KEY_UNAVAILABLE', `no connection, last secret ${secret}`)
        : usual.scheme.verify(claim, delivery, keys),
  },
}

/** Every provider that the contract serves, by name, so that a host in another process can serve the same. */
export const providers = {
  usual,
  invoratec: invoratec(),
  standard: standardProvider,
  sharedSecret: sharedSecretProvider,
  token: tokenProvider,
  overHttps: { ...usual, scheme: withHttps(usual.scheme, { forwardedHeader: 'x-forwarded-proto' }) },
  gzipWire: { ...usual, contentEncoding: { accept: ['gzip'], signed: 'wire' } },
  gzipDecoded: { ...usual, contentEncoding: { accept: ['gzip'], signed: 'decoded' } },
  withForms: { ...usual, forms: true },
  withHandshake: { ...usual, handshake },
  withFault: {
    ...usual,
    identify(view) {
      if (view.body['fault'] === 'identify') throw new Error(`no identity in ${JSON.stringify(view.body)}`)
      return usual.identify(view)
    },
  },
  withFetchedKey,
} as const satisfies Record<string, Provider>
