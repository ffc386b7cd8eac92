import { validateSignature } from '@line/bot-sdk'
import { signWebhookPayload, verifyWebhookSignature } from '@notionhq/client'
import { Paddle } from '@paddle/paddle-node-sdk'
import { EventWebhook, EventWebhookHeader } from '@sendgrid/eventwebhook'
import { verifyRequestSignature } from '@slack/events-api'
import { verifyKey } from 'discord-interactions'
import { createHash, createPrivateKey, generateKeyPairSync } from 'node:crypto'
import Razorpay from 'razorpay'
import { validateWebhook } from 'replicate'
import { AccessToken, WebhookReceiver } from 'livekit-server-sdk'
import { Resend } from 'resend'
import { discord } from 'sallyport/providers/discord'
import { line } from 'sallyport/providers/line'
import { livekit } from 'sallyport/providers/livekit'
import { notion } from 'sallyport/providers/notion'
import { paddle } from 'sallyport/providers/paddle'
import { razorpay } from 'sallyport/providers/razorpay'
import { replicate } from 'sallyport/providers/replicate'
import { resend } from 'sallyport/providers/resend'
import { sendgrid } from 'sallyport/providers/sendgrid'
import { slack } from 'sallyport/providers/slack'
import { Ecdsa, PrivateKey } from 'starkbank-ecdsa'
import { makeP256Pairs } from '../support/keys/key-pair.ts'
import { describeLibrary } from '../support/peers/describe-library.ts'

// The SDKs of senders, as published in November 2026. Some only verify; those that sign are held to both.

const texts = { secret: '8f742231b10e8888abcd99yyyzzz85a5', otherSecret: '8f742231b10e8888abcd99yyyzzz85a6' }
const now = (): string => String(Math.floor(Date.now() / 1000))

describeLibrary('discord-interactions', discord(), {
  ...makeEd25519Pair(),
  verify: (body, headers, key) =>
    verifyKey(body, headers['x-signature-ed25519']!, headers['x-signature-timestamp']!, key),
})

describeLibrary('@line/bot-sdk', line(), {
  ...texts,
  verify: (body, headers, secret) => validateSignature(body, secret, headers['x-line-signature']!),
})

describeLibrary('@notionhq/client', notion(), {
  secret: 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl',
  otherSecret: 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBm',
  verify: (body, headers, verificationToken) =>
    verifyWebhookSignature({ body, signature: headers['x-notion-signature'], verificationToken }),
  sign: async (body, verificationToken) => ({
    'x-notion-signature': await signWebhookPayload({ body, verificationToken }),
  }),
})

const { webhooks } = new Paddle('unused')

describeLibrary('@paddle/paddle-node-sdk', paddle(), {
  secret: 'pdl_ntfset_01gkpjp8bkm3tm53kdgkx6sms7_6h3qd3uFSi9YCD3OLYAShQI90XTI5vEI',
  otherSecret: 'pdl_ntfset_01gkpjp8bkm3tm53kdgkx6sms7_6h3qd3uFSi9YCD3OLYAShQI90XTI5vEJ',
  verify: (body, headers, secret) => webhooks.isSignatureValid(body, secret, headers['paddle-signature']!),
})

describeLibrary('razorpay', razorpay(), {
  ...texts,
  verify: (body, headers, secret) => Razorpay.validateWebhookSignature(body, headers['x-razorpay-signature']!, secret),
})

const verifySlack = (body: string, headers: Readonly<Record<string, string>>, signingSecret: string) =>
  verifyRequestSignature({
    signingSecret,
    requestSignature: headers['x-slack-signature']!,
    requestTimestamp: Number(headers['x-slack-request-timestamp']),
    body,
  })

describeLibrary('@slack/events-api', slack(), { ...texts, type: 'app_mention', verify: verifySlack })
describeLibrary('@slack/events-api with a form', slack(), {
  ...texts,
  bodyOf: (extra) => new URLSearchParams({ command: '/weather', text: JSON.stringify(extra), user_name: '' }),
  verify: verifySlack,
})

const { secrets, signingSecrets } = makeP256Pairs()
const signature = EventWebhookHeader.SIGNATURE().toLowerCase()
const timestamp = EventWebhookHeader.TIMESTAMP().toLowerCase()

describeLibrary('@sendgrid/eventwebhook', sendgrid(), {
  secret: secrets[0],
  otherSecret: secrets[1],
  signingSecret: signingSecrets[0],
  bodyOf: (extra) => [{ event: 'open', sg_event_id: 'a', timestamp: 1_600_112_492, ...extra }],
  verify(body, headers, key) {
    const webhook = new EventWebhook()
    return webhook.verifySignature(webhook.convertPublicKeyToECDSA(key), body, headers[signature]!, headers[timestamp]!)
  },
  // The SDK verifies with this library, which also signs.
  sign(body, key) {
    const at = now()
    const pem = createPrivateKey(key).export({ format: 'pem', type: 'sec1' }).toString()
    return { [timestamp]: at, [signature]: Ecdsa.sign(at + body, PrivateKey.fromPem(pem)).toBase64() }
  },
})

describeLibrary('replicate', replicate(), {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  otherSecret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  verify: (body, headers, secret) =>
    validateWebhook(new Request('https://a.test', { method: 'POST', headers, body }), secret),
})

// Resend sends the same values under `svix-` names.
describeLibrary('resend', resend(), {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  otherSecret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
  verify(payload, headers, webhookSecret) {
    const read = (name: string): string => headers[`webhook-${name}`]!
    const named = { id: read('id'), timestamp: read('timestamp'), signature: read('signature') }
    return void new Resend('re_unused').webhooks.verify({ payload, headers: named, webhookSecret })
  },
})

describeLibrary('livekit-server-sdk', livekit({ apiKey: 'abcdefg' }), {
  secret: 'abababa',
  otherSecret: 'ababab_',
  verify: (body, headers, secret) => new WebhookReceiver('abcdefg', secret).receive(body, headers['authorization']),
  async sign(body, secret) {
    const token = new AccessToken('abcdefg', secret)
    token.sha256 = createHash('sha256').update(body).digest('base64')
    return { authorization: await token.toJwt() }
  },
})

function makeEd25519Pair() {
  const [first, second] = [1, 2].map(() => {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const [open, seed] = [publicKey.export({ format: 'jwk' }).x!, privateKey.export({ format: 'jwk' }).d!]
    return {
      open: Buffer.from(open, 'base64url').toString('hex'),
      seed: Buffer.from(seed, 'base64url').toString('hex'),
    }
  }) as [{ open: string; seed: string }, { open: string; seed: string }]
  return { secret: first.open, otherSecret: second.open, signingSecret: first.seed }
}
