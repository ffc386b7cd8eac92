import type { Provider } from 'sallyport'
import { fleet } from '@sallyport/fleet'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { langsmith } from 'sallyport/providers/langsmith'
import { sonzai } from 'sallyport/providers/sonzai'
import { standardWebhooks } from 'sallyport/providers/standard-webhooks'
import { stripe } from 'sallyport/providers/stripe'
import type { ProviderConfig } from './config/config-schema.ts'

/** A provider that needs nothing but its secret. */
export interface KnownProvider {
  readonly title: string
  /** Variable with the secret, unless the configuration names another place. */
  readonly variable: string
  /** Shortest secret without a warning, in characters. */
  readonly shortest: number
  /** What its secrets begin with; empty where the owner of the webhook chooses any text. */
  readonly secretPrefix: string
  /** An event that most receivers handle, for examples and new projects. */
  readonly event: string
  create(config: ProviderConfig): Provider
}

/** The providers the command knows, by name. */
export const knownProviders: Readonly<Record<string, KnownProvider>> = {
  sonzai: {
    title: 'Sonzai',
    variable: 'SONZAI_WEBHOOK_SECRET',
    shortest: 24,
    secretPrefix: 'whsec_',
    event: 'on_wakeup_ready',
    create: ({ legacyBodySignature = false }) => sonzai({ legacyBodySignature }),
  },
  invoratec: {
    title: 'Invoratec',
    variable: 'INVORATEC_WEBHOOK_SECRET',
    shortest: 16,
    secretPrefix: '',
    event: 'alert.triggered',
    create: () => invoratec(),
  },
  fleet: {
    title: 'LangSmith Fleet',
    variable: 'FLEET_WEBHOOK_TOKEN',
    shortest: 24,
    secretPrefix: '',
    event: 'Publish agent',
    create: ({ header, allowUnflaggedUtf8 }) => fleet({ header, limits: { allowUnflaggedUtf8 } }),
  },
  langsmith: {
    title: 'LangSmith',
    variable: 'LANGSMITH_WEBHOOK_SECRET',
    shortest: 16,
    secretPrefix: '',
    event: 'context_hub.commit.created.v1',
    create: () => langsmith(),
  },
  github: {
    title: 'GitHub',
    variable: 'GITHUB_WEBHOOK_SECRET',
    shortest: 16,
    secretPrefix: '',
    event: 'push',
    create: () => github(),
  },
  stripe: {
    title: 'Stripe',
    variable: 'STRIPE_WEBHOOK_SECRET',
    shortest: 24,
    secretPrefix: 'whsec_',
    event: 'invoice.paid',
    create: () => stripe(),
  },
  'standard-webhooks': {
    title: 'Standard Webhooks, Svix',
    variable: 'STANDARD_WEBHOOK_SECRET',
    shortest: 24,
    secretPrefix: 'whsec_',
    event: 'contact.created',
    create: () => standardWebhooks({ events: {} }),
  },
}
