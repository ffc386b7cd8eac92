import type { RetryRules } from '../delivery/delivery.ts'

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
