import { defineProvider, jwt, sharedSecret, type StandardSchema } from 'sallyport/provider'
import type { EventMap, Provider } from 'sallyport'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { signDelivery, type SignedDelivery, type SignOptions } from 'sallyport/testing'

/** Secret of every receiver in the contract; valid for each provider used here. */
export const secret = 'whsec_Y29udHJhY3Qtc2VjcmV0LTdmYjFjMDll'

/** Part of every payload made here; no answer may repeat it. */
export const marker = 'payload-marker-41c6'

/** Signing options, and members of the body. */
export interface DeliveryOptions extends Partial<SignOptions> {
  /** Additional members of the body. */
  readonly content?: Readonly<Record<string, unknown>> | undefined
}

let count = 0

// Every body differs, so that none counts as a duplicate.
function toBody(base: object, content: object | undefined): object {
  return { ...base, marker, number: ++count, ...content }
}

function sign<Events extends EventMap>(
  provider: Provider<Events>,
  base: object,
  options: DeliveryOptions,
): SignedDelivery {
  const { content, ...rest } = options
  return signDelivery(provider, { secret, body: toBody(base, content), ...rest })
}

/** A delivery with signature and timestamp in one header. */
export function sonzaiDelivery(options: DeliveryOptions = {}): SignedDelivery {
  return sign(sonzai(), { event_type: 'agent.message' }, options)
}

const anything: StandardSchema = { '~standard': { version: 1, vendor: 'sallyport', validate: (value) => ({ value }) } }

/** A sender whose signature covers an id header and a timestamp header. */
export const standardProvider = standardWebhooks({ events: { 'contact.created': anything } })

/** A delivery with a signed id. */
export function standardDelivery(options: DeliveryOptions = {}): SignedDelivery {
  return sign(standardProvider, { type: 'contact.created', data: {} }, options)
}

/** A delivery with its timestamp in the body. */
export function invoratecDelivery(options: DeliveryOptions = {}): SignedDelivery {
  const base = {
    event: 'alert.triggered',
    timestamp: new Date().toISOString(),
    data: { alertType: 'threshold', source: 'stock', message: marker, severity: 'warning' },
  }
  return sign(invoratec(), base, { type: 'alert.triggered', ...options })
}

/** A sender authenticated by a header alone. */
export const sharedSecretProvider = defineProvider({
  name: 'shared-secret',
  scheme: sharedSecret({ header: 'authorization', bearer: 'required' }),
  identify: ({ body }) => ({ type: body['event_type'], data: body }),
  events: sonzai().events,
})

/** A delivery with the shared secret. */
export function sharedSecretDelivery(options: DeliveryOptions = {}): SignedDelivery {
  const signer = (): Record<string, string> => ({ Authorization: `Bearer ${secret}` })
  return sign(sharedSecretProvider, { event_type: 'agent.message' }, { signer, ...options })
}

/** A sender authenticated by a token for one audience. */
export const tokenProvider = createTokenProvider('hooks')

function createTokenProvider(audience: string) {
  return defineProvider({
    name: 'token',
    scheme: jwt({
      header: 'authorization',
      prefix: 'Bearer ',
      algorithms: ['HS256'],
      keys: { from: 'secret' },
      audience,
      binds: { to: 'body', claim: 'sha256', encoding: 'hex' },
    }),
    identify: ({ body }) => ({ type: body['event_type'], data: body }),
    events: sonzai().events,
  })
}

/** A delivery with a token. */
export function tokenDelivery(audience: string, options: DeliveryOptions = {}): SignedDelivery {
  return sign(createTokenProvider(audience), { event_type: 'agent.message' }, options)
}
