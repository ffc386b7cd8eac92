import { randomBytes } from 'node:crypto'
import { langsmith } from 'sallyport/providers/langsmith'
import { signDelivery } from 'sallyport/testing'
import type { Job, RetryRules, Route, SignedRequest } from '../delivery/delivery.ts'
import type { LangsmithWebhook } from '../state/state.ts'

/** Creates a signing secret. No document shows the form of one. */
export function createSecret(): string {
  return randomBytes(32).toString('hex')
}

const provider = langsmith()

/** Creates the request: the same bytes in each attempt, signed with the secret of that moment. */
export function sign(
  { headers, secret }: LangsmithWebhook,
  { content, eventType }: Job,
  signing: Parameters<Route['sign']>[1],
): SignedRequest {
  const { isForged, ageMs, now } = signing
  const body = ageMs === 0 ? content : { ...content, created: Number(content['created']) - Math.floor(ageMs / 1000) }
  const key = isForged ? createSecret() : secret
  const { plainHeaders, body: bytes } = signDelivery(provider, { secret: key, type: eventType, body, now })
  // Its own headers come last, so that no custom header replaces one.
  const own = new Set(Object.keys(plainHeaders).map((name) => name.toLowerCase()))
  const custom = Object.entries(headers).filter(([name]) => !own.has(name.toLowerCase()))
  return { headers: { ...Object.fromEntries(custom), ...plainHeaders }, body: bytes }
}

const retried = new Set([408, 425, 429])

/**
 * LangSmith's rules, from https://docs.langchain.com/langsmith/context-hub-webhooks, November 2026: a status below 400 is a
 * success; no answer, 408, 425, 429 and 5xx are retried; any other 4xx is final.
 */
export function toLangsmithRules(limits: Pick<RetryRules, 'attempts' | 'timeoutMs'>): RetryRules {
  return {
    attempts: limits.attempts,
    timeoutMs: limits.timeoutMs,
    succeeds: (code) => code >= 200 && code < 400,
    retriesAfter: (code) => code < 200 || code >= 500 || retried.has(code),
  }
}
