import type { Provider } from 'sallyport'
import type { ProviderConfig } from './config/config-schema.ts'
import { knownSenders } from './known-senders.ts'

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
  /** Imports it: a command loads only the providers that it uses. */
  load(config: ProviderConfig): Promise<Provider>
}

/** Providers with facts of their own. `listen --make-secrets` makes secrets for these. */
export const starters: Readonly<Record<string, KnownProvider>> = {
  sonzai: {
    title: 'Sonzai',
    variable: 'SONZAI_WEBHOOK_SECRET',
    shortest: 24,
    secretPrefix: 'whsec_',
    event: 'on_wakeup_ready',
    load: async ({ legacyBodySignature = false }) =>
      (await import('sallyport/providers/sonzai')).sonzai({ legacyBodySignature }),
  },
  invoratec: {
    title: 'Invoratec',
    variable: 'INVORATEC_WEBHOOK_SECRET',
    shortest: 16,
    secretPrefix: '',
    event: 'alert.triggered',
    load: async () => (await import('sallyport/providers/invoratec')).invoratec(),
  },
  fleet: {
    title: 'LangSmith Fleet',
    variable: 'FLEET_WEBHOOK_TOKEN',
    shortest: 24,
    secretPrefix: '',
    event: 'Publish agent',
    load: async ({ header, allowUnflaggedUtf8 }) =>
      (await import('@sallyport/fleet')).fleet({ header, limits: { allowUnflaggedUtf8 } }),
  },
  langsmith: {
    title: 'LangSmith',
    variable: 'LANGSMITH_WEBHOOK_SECRET',
    shortest: 16,
    secretPrefix: '',
    event: 'context_hub.commit.created.v1',
    load: async () => (await import('sallyport/providers/langsmith')).langsmith(),
  },
  github: {
    title: 'GitHub',
    variable: 'GITHUB_WEBHOOK_SECRET',
    shortest: 16,
    secretPrefix: '',
    event: 'push',
    load: async () => (await import('sallyport/providers/github')).github(),
  },
  stripe: {
    title: 'Stripe',
    variable: 'STRIPE_WEBHOOK_SECRET',
    shortest: 24,
    secretPrefix: 'whsec_',
    event: 'invoice.paid',
    load: async () => (await import('sallyport/providers/stripe')).stripe(),
  },
  'standard-webhooks': {
    title: 'Standard Webhooks, Svix',
    variable: 'STANDARD_WEBHOOK_SECRET',
    shortest: 24,
    secretPrefix: 'whsec_',
    event: 'contact.created',
    load: async () => (await import('sallyport/providers/standard-webhooks')).standardWebhooks({ events: {} }),
  },
}

/** The providers the command knows, by name. */
export const knownProviders: Readonly<Record<string, KnownProvider>> = {
  ...starters,
  ...Object.fromEntries(
    Object.entries(knownSenders).map(([name, sender]) => [
      name,
      { ...sender, variable: toVariable(name), shortest: sender.secretPrefix === '' ? 16 : 24 },
    ]),
  ),
}

/** The variable with the secret of a sender, as `LINEAR_WEBHOOK_SECRET`. */
export function toVariable(name: string): string {
  return `${name.toUpperCase().replaceAll(/\W+/g, '_')}_WEBHOOK_SECRET`
}
