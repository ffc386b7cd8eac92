import { generateKeyPairSync } from 'node:crypto'
import { verify as verifyOctokit } from '@octokit/webhooks-methods'
import { verifyKey } from 'discord-interactions'
import { WebhookReceiver } from 'livekit-server-sdk'
import type { EventMap, Provider } from 'sallyport'
import type { HeaderList } from 'sallyport/provider'
import { discord } from 'sallyport/providers/discord'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { livekit } from 'sallyport/providers/livekit'
import { sendgrid } from 'sallyport/providers/sendgrid'
import { slack } from 'sallyport/providers/slack'
import { sonzai } from 'sallyport/providers/sonzai'
import { square } from 'sallyport/providers/square'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { Webhook as StandardWebhook } from 'standardwebhooks'
import Stripe from 'stripe'
import { Webhook as SvixWebhook } from 'svix'
import { makeFormBody, makeListBody, type BodyMaker } from './bodies.ts'
import { floors, type Floor, type PlainHeaders } from './floors.ts'
import { schemeFloors } from './scheme-floors.ts'

/** One delivery as it reaches a route: its headers in both forms, and the body's bytes. */
export interface Arrival {
  readonly headerList: HeaderList
  readonly headers: PlainHeaders
  readonly body: Buffer
}

/** Verifies and parses one delivery; throws, or returns no object, if it is not authentic. */
export type Receive = (arrival: Arrival) => unknown

/** A sender's form of signature, and the libraries that verify it. */
export interface Form {
  readonly provider: Provider
  readonly secret: string
  /** What signs, where it differs from what verifies. */
  readonly signingSecret?: string | undefined
  readonly type: string
  readonly floor: Receive
  /** @default none */
  readonly peers?: Readonly<Record<string, Receive>>
  /** @default one JSON object */
  readonly makeBody?: BodyMaker | undefined
}

const text = 'c2FsbHlwb3J0LWJlbmNoLXNlY3JldC0zMi1ieXRlcyE='
const prefixed = `whsec_${text}`

/** The forms that are measured: eight schemes, and two variations of them. */
export function createForms(): Readonly<Record<string, Form>> {
  return {
    'standard-webhooks': createStandardWebhooks(),
    github: {
      ...against(floors.github(text), github(), text),
      peers: {
        // Accepts only a string, and leaves parsing to the caller.
        '@octokit/webhooks-methods': async ({ body, headers }) => {
          const payload = body.toString()
          return (await verifyOctokit(text, payload, headers['x-hub-signature-256']!)) && JSON.parse(payload)
        },
      },
    },
    stripe: createStripe(),
    slack: { ...against(schemeFloors.slack(text), slack(), text), makeBody: makeFormBody },
    square: createSquare(),
    discord: createDiscord(),
    sendgrid: createSendgrid(),
    livekit: createLivekit(),
    sonzai: against(floors.sonzai(prefixed), sonzai(), prefixed),
    invoratec: against(floors.invoratec(text), invoratec(), text),
  }
}

// Libraries that keep a prepared key are created once, as their documentation shows.
function createStandardWebhooks(): Form {
  const standard = new StandardWebhook(prefixed)
  const svix = new SvixWebhook(prefixed)
  return {
    ...against(floors['standard-webhooks'](prefixed), standardWebhooks({ events: {} }), prefixed),
    peers: {
      // Also accepts bytes, but would decode them twice.
      standardwebhooks: ({ body, headers }) => standard.verify(body.toString(), headers as Record<string, string>),
      // Leaves parsing to the caller.
      svix: ({ body, headers }) => {
        const payload = body.toString()
        svix.verify(payload, headers as Record<string, string>)
        return JSON.parse(payload)
      },
    },
  }
}

function createStripe(): Form {
  const { webhooks } = new Stripe('sk_test_unused')
  return {
    ...against(floors.stripe(prefixed), stripe(), prefixed),
    peers: {
      // The synchronous call; the other one adds a promise.
      stripe: ({ body, headers }) => webhooks.constructEvent(body, headers['stripe-signature']!, prefixed),
    },
  }
}

function createSquare(): Form {
  const notificationUrl = 'https://hooks.example.com/webhooks/square'
  return against(schemeFloors.square(text, notificationUrl), square({ notificationUrl }), text)
}

function createDiscord(): Form {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const toHex = (part: string | undefined): string => Buffer.from(part!, 'base64url').toString('hex')
  const secret = toHex(publicKey.export({ format: 'jwk' }).x)
  const signingSecret = toHex(privateKey.export({ format: 'jwk' }).d)
  return {
    ...against(schemeFloors.discord(secret), discord(), secret),
    signingSecret,
    peers: {
      // Checks no time, and leaves parsing to the caller.
      'discord-interactions': async ({ body, headers }) =>
        (await verifyKey(body, headers['x-signature-ed25519']!, headers['x-signature-timestamp']!, secret)) &&
        JSON.parse(body.toString()),
    },
  }
}

function createSendgrid(): Form {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const secret = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
  const signingSecret = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  return { ...against(schemeFloors.sendgrid(secret), sendgrid(), secret), signingSecret, makeBody: makeListBody }
}

function createLivekit(): Form {
  const apiKey = 'API2xKm8Qz'
  const receiver = new WebhookReceiver(apiKey, text)
  return {
    ...against(schemeFloors.livekit(text, apiKey), livekit({ apiKey }), text),
    peers: {
      // Accepts only a string, and reads it as a protobuf message.
      'livekit-server-sdk': ({ body, headers }) => receiver.receive(body.toString(), headers['authorization']),
    },
  }
}

function against<Events extends EventMap>(
  floor: Floor,
  provider: Provider<Events>,
  secret: string,
): Pick<Form, 'provider' | 'secret' | 'type' | 'floor'> {
  const type = Object.keys(provider.events)[0] ?? 'order.paid'
  return { provider, secret, type, floor: ({ headers, body }) => floor(headers, body) }
}
