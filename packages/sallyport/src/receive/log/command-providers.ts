// Written by `npm run embed`, from the providers of the command: `sallyport` does not depend on it.

/** Providers that the command knows without a configuration. */
export const commandProviders: ReadonlySet<string> = new Set([
  'sonzai',
  'invoratec',
  'fleet',
  'langsmith',
  'github',
  'stripe',
  'standard-webhooks',
])
