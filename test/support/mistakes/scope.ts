import * as fleet from '@sallyport/fleet'
import * as platforms from '@sallyport/platforms'
import { createSandbox } from '@sallyport/sandbox'
import * as sallyport from 'sallyport'
import { diagnose } from 'sallyport/diagnose'
import * as express from 'sallyport/express'
import * as fastify from 'sallyport/fastify'
import { openFeed } from 'sallyport/feed'
import * as fetch from 'sallyport/fetch'
import * as inboxes from 'sallyport/inbox'
import { createBullMqEngine } from 'sallyport/inbox/bullmq'
import { createPgBossEngine } from 'sallyport/inbox/pg-boss'
import * as koa from 'sallyport/koa'
import * as node from 'sallyport/node'
import * as authoring from 'sallyport/provider'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import * as z from 'zod'

const secret = 'whsec_test'

/** An engine that stores nothing. */
const engine = {
  name: 'nothing',
  promises: { durability: 'power cut', dedupe: 'none', order: ['none'], transactions: false, distributed: false },
  start: async () => {},
  insert: async () => [],
  consume: async () => {},
  list: async () => ({ events: [] }),
  get: async () => undefined,
  replay: async () => 0,
  discard: async () => 0,
  stats: async () => ({}),
  stop: async () => {},
} as unknown as inboxes.Engine

const { body, headers, ...rest } = signDelivery(sonzai(), { secret })

/** What the mistakes may name. */
export const scope: Readonly<Record<string, unknown>> = {
  ...authoring,
  ...sallyport,
  ...inboxes,
  ...platforms,
  ...fleet,
  express,
  koa,
  fastify,
  fetch,
  node,
  diagnose,
  openFeed,
  signDelivery,
  createBullMqEngine,
  createPgBossEngine,
  createSandbox,
  sonzai,
  stripe,
  github,
  invoratec,
  langsmith,
  standardWebhooks,
  secret,
  apiKey: 'sk_test',
  engine,
  inbox: inboxes.createInbox({ engine }),
  receiver: sallyport.createReceiver(sonzai(), { secret }),
  acme: standardWebhooks({ name: 'acme', events: { 'invoice.paid': z.object({}) } }),
  handler: async () => {},
  schema: z.object({}),
  body,
  headers,
  delivery: { ...rest, headers, body, receivedAt: Date.now() },
  scheme: {
    header: 'x-signature',
    encoding: 'hex',
    signed: [authoring.parts.body],
    freshness: authoring.noTimestamp('none'),
  },
  identify: () => ({ type: 'a', data: {} }),
  store: platforms.createMemorySecretStore(),
  client: platforms.createSonzaiClient({ apiKey: 'sk_test' }),
  archive: new Uint8Array(),
  bundle: {},
}
