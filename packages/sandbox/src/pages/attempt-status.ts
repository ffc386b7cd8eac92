import { STATUS_CODES } from 'node:http'
import { html } from 'hono/html'
import type { DeliveryAttempt } from '../delivery/delivery.ts'
import type { Html } from './layout.ts'

/** What an attempt was answered, in words: `401 Unauthorized`. */
export function toAnswer({ responseCode }: DeliveryAttempt): string {
  if (responseCode === 0) return 'no answer'
  return [responseCode, STATUS_CODES[responseCode]].filter(Boolean).join(' ')
}

/** How an attempt ended: `good` is a success, `warn` a redirect, `bad` a rejection or no answer. */
export function toLook({ status, responseCode }: DeliveryAttempt): 'good' | 'warn' | 'bad' {
  if (status === 'success') return 'good'
  return responseCode >= 300 && responseCode < 400 ? 'warn' : 'bad'
}

/** The answer of an attempt, coloured. */
export function answerTag(attempt: DeliveryAttempt): Html {
  return html`<span class="tag ${toLook(attempt)}">${toAnswer(attempt)}</span>`
}

/** Which attempt it is, and what was done to it: `attempt 2, fault: corrupt`. */
export function toNote({ attemptNumber, resent = false, faults, errorMessage }: DeliveryAttempt): string {
  // The message of a dropped attempt names the fault.
  const why = errorMessage ?? (faults.length > 0 ? `fault: ${faults.join(', ')}` : '')
  return [attemptNumber > 1 ? `attempt ${attemptNumber}` : '', resent ? 'sent again by hand' : '', why]
    .filter(Boolean)
    .join(', ')
}
