import { createHmac } from 'node:crypto'
import { safeVerify } from 'sallyport'
import { defineProvider, fromHeader, fromSignature, hmac, noTimestamp, parts } from 'sallyport/provider'
import type { Freshness, MessagePart } from 'sallyport/provider'
import { describe, expect, it } from 'vitest'

// What senders sign, in their own order, as their documents said in November 2026. Every form is accepted as a definition.
// Senders with the same form share a line. Not here: senders that sign no bytes of the request as they are (tokens, HTTP Basic,
// JWT, and forms or manifests that are sorted or assembled from fields, as of Twilio, Adyen, Mailgun, Mercado Pago and PayPal).

const { body, header, literal, method, timestamp, url } = parts
const origin = 'https://hooks.example.com'
const seconds = '1764403200'
const milliseconds = '1764403200000'
const iso = '2025-11-29T08:00:00.123456789Z'
const untimed = noTimestamp('signs no time in the headers')

interface Message {
  readonly signed: readonly MessagePart[]
  readonly freshness?: Freshness
  readonly headers?: Readonly<Record<string, string>>
  /** The time in the signature header. */
  readonly time?: string
  /** What the sender signs before and after the body. */
  readonly before?: string
  readonly behind?: string
}

const inHeader = (name: string, unit: 'seconds' | 'milliseconds' | 'iso', text: string) => ({
  freshness: fromHeader(name, unit),
  headers: { [name]: text },
})
const inSignature = { freshness: fromSignature('seconds'), time: seconds }
const bodyAlone: Message = { signed: [body], freshness: untimed }

const messages: Readonly<Record<string, Message>> = {
  'Meta, Notion, Shopify, Linear, Intercom, Vercel, Bitbucket, Jira, Sentry, Lemon Squeezy, Razorpay, Cal.com':
    bodyAlone,
  'LINE, Typeform, PagerDuty, DocuSign, LangSmith, Langfuse, Wise': bodyAlone,
  'Slack, Zoom': {
    signed: [literal('v0:'), header('x-time'), literal(':'), body],
    ...inHeader('x-time', 'seconds', seconds),
    before: `v0:${seconds}:`,
  },
  Paddle: { signed: [timestamp, literal(':'), body], ...inSignature, before: `${seconds}:` },
  'Stripe, Calendly, Mux, ElevenLabs': {
    signed: [timestamp, literal('.'), body],
    ...inSignature,
    before: `${seconds}.`,
  },
  WorkOS: {
    signed: [timestamp, literal('.'), body],
    freshness: fromSignature('milliseconds'),
    time: milliseconds,
    before: `${milliseconds}.`,
  },
  'Clerk, Resend, OpenAI, Replicate, Supabase, Polar, Anthropic, GitLab: Standard Webhooks': {
    signed: [header('webhook-id'), literal('.'), header('webhook-timestamp'), literal('.'), body],
    ...inHeader('webhook-timestamp', 'seconds', seconds),
    headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': seconds },
    before: `msg_1.${seconds}.`,
  },
  'Discord, SendGrid': {
    signed: [header('x-signature-timestamp'), body],
    ...inHeader('x-signature-timestamp', 'seconds', seconds),
    before: seconds,
  },
  Zendesk: {
    signed: [header('x-zendesk-webhook-signature-timestamp'), body],
    ...inHeader('x-zendesk-webhook-signature-timestamp', 'iso', '2025-11-29T08:00:00Z'),
    before: '2025-11-29T08:00:00Z',
  },
  // "This is an opaque ID, and is not required to be in any particular format."
  Twitch: {
    signed: [header('twitch-id', { characters: 'id' }), header('twitch-time'), body],
    ...inHeader('twitch-time', 'iso', iso),
    headers: { 'twitch-id': 'befa7b53-d79d-478f-86b9-120f112b044e', 'twitch-time': iso },
    before: `befa7b53-d79d-478f-86b9-120f112b044e${iso}`,
  },
  Box: {
    signed: [body, header('box-delivery-timestamp')],
    ...inHeader('box-delivery-timestamp', 'iso', '2025-11-29T00:00:00-08:00'),
    behind: '2025-11-29T00:00:00-08:00',
  },
  'HubSpot v3': {
    signed: [method, url(origin), body, header('x-hubspot-request-timestamp')],
    ...inHeader('x-hubspot-request-timestamp', 'milliseconds', milliseconds),
    before: `POST${origin}/hook?a=%7Bb%7D&c=1`,
    behind: milliseconds,
  },
  Square: { signed: [url(origin), body], freshness: untimed, before: `${origin}/hook?a=%7Bb%7D&c=1` },
  Trello: { signed: [body, url(origin)], freshness: untimed, behind: `${origin}/hook?a=%7Bb%7D&c=1` },
}

describe.each(Object.entries(messages))('the message of %s', (_names, message) => {
  const { signed, freshness = untimed, headers = {}, time, before = '', behind = '' } = message
  const provider = defineProvider({
    name: 'sender',
    scheme: hmac({
      header: 'x-mac',
      ...(time === undefined ? {} : { fields: { signature: 'v1', timestamp: 't' } }),
      encoding: 'hex',
      signed,
      freshness,
    }),
    identify: ({ body: data }) => ({ type: 'any', data }),
    events: {},
  })

  it.each(['{"a":[1]}', ' \r\n{"a":{"b":"}"}}\n', '\ufeff{}'])('is accepted with the body %j', async (text) => {
    const bytes = Buffer.from(text)
    const mac = createHmac('sha256', 'secret').update(before).update(bytes).update(behind).digest('hex')
    const result = await safeVerify(provider, {
      secret: 'secret',
      url: '/hook?a=%7Bb%7D&c=1',
      headers: { ...headers, 'x-mac': time === undefined ? mac : `t=${time},v1=${mac}` },
      body: bytes,
      receivedAt: Date.parse('2025-11-29T08:00:00Z'),
    })
    expect(result).toMatchObject({ ok: true })
  })
})
