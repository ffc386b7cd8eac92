import type { RetryWindow } from '../verify/provider.ts'

/** The schedule of Svix, which sends for Clerk, Resend and others: eight attempts in 27 h 35 min 5 s. */
export const svixRetries: RetryWindow = {
  ms: 99_305_000,
  source: 'https://docs.svix.com/retries',
  readOn: '2026-11-29',
}
