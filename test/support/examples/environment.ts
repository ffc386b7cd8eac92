import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseUrl, ownName } from '../inbox/pg-boss-database.ts'

/** A schema of this run's own, for what documents do with PostgreSQL. */
export const schema = ownName('docs')

/** What programs in documents read from the environment: secrets, and places of this run's own. */
export const secrets = {
  EVENTS_FILE: join(tmpdir(), `sallyport-documented-${randomUUID()}.db`),
  DATABASE_URL: withSearchPath(databaseUrl, schema),
  INBOX_SCHEMA: schema,
  SONZAI_WEBHOOK_SECRET: 'whsec_documented',
  INVORATEC_WEBHOOK_SECRET: 'documented-invoratec',
  GITHUB_WEBHOOK_SECRET: 'documented-github',
  LINEAR_WEBHOOK_SECRET: 'documented-linear',
  STRIPE_API_KEY: 'sk_test_documented',
  STRIPE_WEBHOOK_SECRET: 'whsec_documented-stripe',
  STANDARD_WEBHOOK_SECRET: 'whsec_ZG9jdW1lbnRlZC1zdGFuZGFyZA==',
  FLEET_WEBHOOK_TOKEN: 'documented-fleet',
  ACME_WEBHOOK_SECRET: 'documented-acme',
  SONZAI_API_KEY: 'sk_documented',
  INVORATEC_API_KEY: 'claw_documented',
} as const

function withSearchPath(url: string, path: string): string {
  const own = new URL(url)
  own.searchParams.set('options', `-c search_path=${path}`)
  return own.href
}
