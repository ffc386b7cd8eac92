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
  create(config: ProviderConfig): Provider
}

/** The providers the command knows, by name. */
export const knownProviders: Readonly<Record<string, KnownProvider>> = {
  sonzai: {
    title: 'Sonzai',
    variable: 'SONZAI_WEBHOOK_SECRET',
    shortest: 24,
    create: ({ legacyBodySignature = false }) => sonzai({ legacyBodySignature }),
  },
  invoratec: {
    title: 'Invoratec',
    variable: 'INVORATEC_WEBHOOK_SECRET',
    shortest: 16,
    create: () => invoratec(),
  },
  fleet: {
    title: 'LangSmith Fleet',
    variable: 'FLEET_WEBHOOK_TOKEN',
    shortest: 24,
    create: ({ header, allowUnflaggedUtf8 }) => fleet({ header, limits: { allowUnflaggedUtf8 } }),
  },
  langsmith: {
    title: 'LangSmith',
    variable: 'LANGSMITH_WEBHOOK_SECRET',
    shortest: 16,
    create: () => langsmith(),
  },
  github: { title: 'GitHub', variable: 'GITHUB_WEBHOOK_SECRET', shortest: 16, create: () => github() },
  stripe: { title: 'Stripe', variable: 'STRIPE_WEBHOOK_SECRET', shortest: 24, create: () => stripe() },
  'standard-webhooks': {
    title: 'Standard Webhooks, Svix',
    variable: 'STANDARD_WEBHOOK_SECRET',
    shortest: 24,
    create: () => standardWebhooks({ events: {} }),
  },
}
