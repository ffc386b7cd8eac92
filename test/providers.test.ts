import { createHash, createHmac } from 'node:crypto'
import {
  claimed,
  defineProvider,
  fromBody,
  fromHeader,
  hmac,
  noTimestamp,
  parts,
  tokenChallenge,
} from 'sallyport/provider'
import type { EventMap, Provider } from 'sallyport'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signSonzaiLegacy } from 'sallyport/testing'
import { describeProvider, type ProviderSubject } from '@sallyport/contracts'
import * as z from 'zod'

type Rules = Omit<ProviderSubject, 'provider'>

function run<Events extends EventMap>(name: string, provider: Provider<Events>, rules: Rules): void {
  describeProvider(name, { provider, ...rules })
}

const sonzaiRules: Rules = {
  secrets: ['whsec_fixedkey123', 'without-a-prefix'],
  signatureHeader: 'sonzai-signature',
  notSecrets: ['whsec_'],
  time: 'signature',
  severalJoinedBy: ',',
  type: 'on_wakeup_ready',
  bodyOf: (type, _time, data) => ({ event_type: type, ...data }),
}
run('sonzai', sonzai(), sonzaiRules)
run('sonzai with the older form allowed', sonzai({ legacyBodySignature: true }), sonzaiRules)
run('sonzai in its older form', sonzai({ legacyBodySignature: true }), {
  ...sonzaiRules,
  signer: signSonzaiLegacy,
  time: 'none',
  severalJoinedBy: undefined,
})
run('sonzai with a required Authorization', sonzai({ authorization: ['Bearer old', 'Bearer your-webhook-secret'] }), {
  ...sonzaiRules,
  headers: { Authorization: 'Bearer your-webhook-secret' },
})

run('invoratec', invoratec(), {
  secrets: ['my-webhook-secret', 'ein anderes Geheimnis'],
  signatureHeader: 'x-webhook-signature',
  typeHeader: 'x-webhook-event',
  notSecrets: [],
  time: 'body',
  type: 'tool.executed',
  bodyOf: (event, timestamp, data) => ({
    event,
    timestamp,
    data: { toolName: 'erp', input: {}, result: {}, elapsed_ms: 1, ...data },
  }),
})

const contacts = standardWebhooks({
  events: {
    'contact.created': z.looseObject({}),
    'contact.updated': z.looseObject({}),
    'contact.deleted': z.looseObject({}),
  },
})
const standardRules: Rules = {
  secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  signatureHeader: 'webhook-signature',
  signedHeaders: ['webhook-id', 'webhook-timestamp'],
  notSecrets: ['whsec_', 'whsec_not base64!', 'whsec_=', 'whpk_', 'whpk_AAAA'],
  time: 'header',
  timeHeader: 'webhook-timestamp',
  severalJoinedBy: ' ',
  type: 'contact.created',
  bodyOf: (type, timestamp, data) => ({ type, timestamp, data }),
}
run('standard-webhooks v1', contacts, standardRules)
run('standard-webhooks as Supabase writes its secrets', contacts, {
  ...standardRules,
  secrets: ['v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'v1,whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  signingSecrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'C2FVsBQIhrscChlQIMV+b5sSYspob7oD'],
  notSecrets: ['v1,whsec_', 'v1,', 'v1,C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'v1a,whpk_'],
})
run('standard-webhooks v1a', contacts, {
  ...standardRules,
  secrets: ['whpk_A6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=', 'whpk_Kay64UG8yvCyLhqU000LxzYeUm0L/hLIl5S8kyKWbdc='],
  signingSecrets: [
    'whsk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
    'whsk_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=',
  ],
})

run('github', github(), {
  secrets: ["It's a Secret to Everybody", 'another'],
  signatureHeader: 'x-hub-signature-256',
  typeHeader: 'x-github-event',
  notSecrets: [],
  time: 'none',
  type: 'issues',
  // The body names no type; without telling members only the unsigned header is left.
  bodyOf: (type, _time, data) =>
    type === 'issues' ? { action: 'opened', issue: { number: 1 }, ...data } : { ...data },
})

run('stripe', stripe(), {
  secrets: ['whsec_5WbX5kEWLlfzsGNjH64I8lOOqUB6e8FH', 'whsec_otherotherother'],
  signatureHeader: 'stripe-signature',
  notSecrets: ['whsec_'],
  time: 'signature',
  severalJoinedBy: ',',
  type: 'invoice.paid',
  bodyOf: (type, _time, data) => ({ id: `evt_${String(data['id'])}`, type, data: { object: { id: 'in_1', ...data } } }),
})

const langsmithRules: Rules = {
  secrets: ['lsv2_whs_5b1f0d2e4c6a8897', 'whsec_taken-as-it-is'],
  signatureHeader: 'x-langsmith-signature',
  notSecrets: [],
  time: 'body',
  type: 'context_hub.commit.created.v1',
  bodyOf: (type, time, { id, ...data }) => ({
    id: createHash('sha256')
      .update(JSON.stringify([id, data]))
      .digest('hex'),
    type,
    created: Number.isNaN(Date.parse(time)) ? time : Math.floor(Date.parse(time) / 1000),
    data: { commit: { repo_handle: 'a', repo_type: 'agent', commit_hash: '7ca95573', ...data } },
  }),
}
run('langsmith', langsmith(), langsmithRules)
run('langsmith with required headers', langsmith({ headers: { Authorization: ['Bearer old', 'Bearer mine'] } }), {
  ...langsmithRules,
  headers: { Authorization: 'Bearer mine' },
})

const acme = defineProvider({
  name: 'acme',
  scheme: hmac({
    header: 'x-acme-signature',
    encoding: 'base64',
    algorithm: 'sha512',
    signed: [parts.body],
    freshness: fromBody('meta.sent', 'milliseconds'),
  }),
  identify: ({ body: content }) => ({ type: content['type'], data: content['order'] }),
  events: { 'order.paid': z.looseObject({}) },
})
run('acme (user-defined)', acme, {
  secrets: ['acme-secret-the-first', 'acme-secret-the-second'],
  signatureHeader: 'x-acme-signature',
  notSecrets: [],
  time: 'body',
  type: 'order.paid',
  signer: ({ body: bytes, secrets }) => ({
    'X-Acme-Signature': createHmac('sha512', secrets[0]!).update(bytes).digest('base64'),
  }),
  bodyOf: (type, time, order) => ({ type, meta: { sent: Date.parse(time) || time }, order }),
})

// As Twitch signs: id, time and body in a row.
const inARow = defineProvider({
  name: 'in-a-row',
  scheme: hmac({
    header: 'x-row-signature',
    prefix: 'sha256=',
    encoding: 'hex',
    signed: [parts.header('x-row-id', { characters: 'id' }), parts.header('x-row-time'), parts.body],
    freshness: fromHeader('x-row-time', 'iso'),
  }),
  identify: ({ body: { type, data }, signedHeader }) => ({ id: signedHeader('x-row-id'), type, data }),
  events: { 'stream.online': z.looseObject({}) },
})
run('in a row (user-defined)', inARow, {
  secrets: ['row-secret-the-first', 'row-secret-the-second'],
  signatureHeader: 'x-row-signature',
  signedHeaders: ['x-row-id', 'x-row-time'],
  timeHeader: 'x-row-time',
  notSecrets: [],
  time: 'header',
  type: 'stream.online',
  signer({ body: bytes, secrets, id, signedAt }) {
    const time = new Date(signedAt).toISOString()
    const mac = createHmac('sha256', secrets[0]!)
      .update(id + time)
      .update(bytes)
      .digest('hex')
    return { 'X-Row-Id': id, 'X-Row-Time': time, 'X-Row-Signature': `sha256=${mac}` }
  },
  bodyOf: (type, _time, data) => ({ type, data }),
})

// As Shopify: the topic is in an unsigned header alone.
const shop = defineProvider({
  name: 'shop',
  scheme: hmac({
    header: 'x-shop-signature',
    encoding: 'base64',
    signed: [parts.body],
    freshness: noTimestamp('the shop signs no time'),
  }),
  identify: ({ body: data, unsignedHeaders }) => ({ claimedType: unsignedHeaders.get('x-shop-topic'), data }),
  events: claimed({ 'orders/create': z.looseObject({}), 'app/uninstalled': z.looseObject({}) }),
})
run('shop with claimed types (user-defined)', shop, {
  secrets: ['shop-secret-the-first', 'shop-secret-the-second'],
  signatureHeader: 'x-shop-signature',
  claimHeader: 'x-shop-topic',
  notSecrets: [],
  time: 'none',
  type: 'claimed:orders/create',
  bodyOf: (_type, _time, data) => ({ order: 1, ...data }),
})

// As Slack: events in JSON, commands in forms, signed alike.
const chat = defineProvider({
  name: 'chat',
  scheme: hmac({
    header: 'x-chat-signature',
    prefix: 'v0=',
    encoding: 'hex',
    signed: [parts.literal('v0:'), parts.header('x-chat-time'), parts.literal(':'), parts.body],
    freshness: fromHeader('x-chat-time', 'seconds'),
  }),
  identify: ({ body: data }) => ({
    type: data['type'] ?? (data['command'] === undefined ? undefined : 'command'),
    data,
  }),
  events: { command: z.looseObject({ command: z.string() }), message: z.looseObject({}) },
  forms: true,
  handshake: {
    signed: ({ body: { type, challenge } }) => (type === 'url_verification' ? { json: { challenge } } : undefined),
    signedWithMac: {
      form: { characters: 'id' },
      encoding: 'hex',
      answer: ({ body: { plainToken } }, mac) =>
        plainToken === undefined ? undefined : { json: { plainToken, encryptedToken: mac(plainToken) } },
    },
    get: tokenChallenge({ token: 'ours', tokenParameter: 'token', challengeParameter: 'challenge' }),
    head: true,
    unsigned: { member: 'verification_token', receive: () => {} },
  },
})
run('chat with forms (user-defined)', chat, {
  secrets: ['chat-secret-the-first', 'chat-secret-the-second'],
  signatureHeader: 'x-chat-signature',
  signedHeaders: ['x-chat-time'],
  notSecrets: [],
  time: 'header',
  timeHeader: 'x-chat-time',
  type: 'command',
  bodyOf: (type, _time, data) => (type === 'command' ? { command: '/deploy', ...data } : { type, ...data }),
  handshakes: [
    {
      body: { type: 'url_verification', challenge: 'abc' },
      answer: { status: 200, body: '{"challenge":"abc"}' },
    },
    {
      body: { plainToken: 'qgg8vlvZRS6UYooatFL8Aw' },
      answer: (secret) => {
        const encryptedToken = createHmac('sha256', secret).update('qgg8vlvZRS6UYooatFL8Aw').digest('hex')
        return { status: 200, body: JSON.stringify({ plainToken: 'qgg8vlvZRS6UYooatFL8Aw', encryptedToken }) }
      },
    },
    { query: '?token=ours&challenge=1158201444', answer: { status: 200, body: '1158201444' } },
  ],
  formOf: (_type, _time, data) => new URLSearchParams({ command: '/deploy', ...(data as Record<string, string>) }),
})
