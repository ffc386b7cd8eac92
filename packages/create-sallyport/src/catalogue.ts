// Written by `npm run embed`, from the providers of the command and the versions in package.json.

/** A sender that a project can receive from. */
export interface Sender {
  readonly name: string
  readonly title: string
  /** Environment variable with its secret. */
  readonly variable: string
  readonly secretPrefix: string
  /** Where its provider is imported from, and under which name. */
  readonly module: string
  readonly factory: string
  /** An event to begin with. */
  readonly event: string
}

/** Every sender, as the command lists them. */
export const senders: readonly Sender[] = [
  {
    name: 'sonzai',
    title: 'Sonzai',
    variable: 'SONZAI_WEBHOOK_SECRET',
    secretPrefix: 'whsec_',
    module: 'sallyport/providers/sonzai',
    factory: 'sonzai',
    event: 'on_wakeup_ready',
  },
  {
    name: 'invoratec',
    title: 'Invoratec',
    variable: 'INVORATEC_WEBHOOK_SECRET',
    secretPrefix: '',
    module: 'sallyport/providers/invoratec',
    factory: 'invoratec',
    event: 'alert.triggered',
  },
  {
    name: 'fleet',
    title: 'LangSmith Fleet',
    variable: 'FLEET_WEBHOOK_TOKEN',
    secretPrefix: '',
    module: '@sallyport/fleet',
    factory: 'fleet',
    event: 'Publish agent',
  },
  {
    name: 'langsmith',
    title: 'LangSmith',
    variable: 'LANGSMITH_WEBHOOK_SECRET',
    secretPrefix: '',
    module: 'sallyport/providers/langsmith',
    factory: 'langsmith',
    event: 'context_hub.commit.created.v1',
  },
  {
    name: 'github',
    title: 'GitHub',
    variable: 'GITHUB_WEBHOOK_SECRET',
    secretPrefix: '',
    module: 'sallyport/providers/github',
    factory: 'github',
    event: 'push',
  },
  {
    name: 'stripe',
    title: 'Stripe',
    variable: 'STRIPE_WEBHOOK_SECRET',
    secretPrefix: 'whsec_',
    module: 'sallyport/providers/stripe',
    factory: 'stripe',
    event: 'invoice.paid',
  },
  {
    name: 'standard-webhooks',
    title: 'Standard Webhooks, Svix',
    variable: 'STANDARD_WEBHOOK_SECRET',
    secretPrefix: 'whsec_',
    module: 'sallyport/providers/standard-webhooks',
    factory: 'standardWebhooks',
    event: 'contact.created',
  },
]

/** Versions of packages that are not ours. */
export const versions: Readonly<Record<string, string>> = {
  '@hono/node-server': '^2.1.8',
  '@koa/router': '^15.7.0',
  '@types/express': '^5.0.6',
  '@types/koa': '^3.0.3',
  '@types/node': '^24.19.2',
  bullmq: '^6.7.0',
  express: '^5.3.0',
  fastify: '^5.12.8',
  hono: '^4.13.19',
  ioredis: '^6.0.0',
  koa: '^3.3.0',
  pg: '^8.23.1',
  'pg-boss': '12.35.0',
  typescript: '^7.0.2',
  zod: '^4.6.7',
}
