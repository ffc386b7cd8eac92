/** The secrets that programs in documents read from the environment. */
export const secrets = {
  SONZAI_WEBHOOK_SECRET: 'whsec_documented',
  INVORATEC_WEBHOOK_SECRET: 'documented-invoratec',
  GITHUB_WEBHOOK_SECRET: 'documented-github',
  STRIPE_WEBHOOK_SECRET: 'whsec_documented-stripe',
  STANDARD_WEBHOOK_SECRET: 'whsec_ZG9jdW1lbnRlZC1zdGFuZGFyZA==',
  ACME_WEBHOOK_SECRET: 'documented-acme',
} as const
