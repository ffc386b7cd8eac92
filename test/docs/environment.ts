import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** What programs in documents read from the environment: secrets, and a file of this run's own. */
export const secrets = {
  EVENTS_FILE: join(tmpdir(), `sallyport-documented-${randomUUID()}.db`),
  SONZAI_WEBHOOK_SECRET: 'whsec_documented',
  INVORATEC_WEBHOOK_SECRET: 'documented-invoratec',
  GITHUB_WEBHOOK_SECRET: 'documented-github',
  STRIPE_WEBHOOK_SECRET: 'whsec_documented-stripe',
  STANDARD_WEBHOOK_SECRET: 'whsec_ZG9jdW1lbnRlZC1zdGFuZGFyZA==',
  FLEET_WEBHOOK_TOKEN: 'documented-fleet',
  ACME_WEBHOOK_SECRET: 'documented-acme',
} as const
