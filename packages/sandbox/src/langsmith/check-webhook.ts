import { checkReceiverUrl, isLoopback } from '../check-url.ts'
import { invalidValue } from '../error.ts'
import { checkHeaders } from '../fleet/headers.ts'
import type { LangsmithWebhook } from '../state/state.ts'
import { engineEventTypes } from './events.ts'

/** A webhook to register. */
export interface LangsmithWebhookInput {
  readonly kind?: unknown
  readonly url?: unknown
  readonly headers?: unknown
  readonly eventTypes?: unknown
  readonly severityThreshold?: unknown
}

type Checked = Pick<LangsmithWebhook, 'kind' | 'url' | 'headers' | 'eventTypes' | 'severityThreshold'>

/**
 * Checks a webhook. One for commits gets all of them and needs HTTPS; one of the Engine chooses types and severity.
 *
 * @throws SandboxError `VALUE_INVALID`
 */
export function checkWebhook(input: LangsmithWebhookInput): Checked {
  const { kind = 'context-hub', eventTypes = ['issue.created'], severityThreshold = 3 } = input
  if (kind !== 'context-hub' && kind !== 'engine') throw invalidValue('kind', 'must be context-hub or engine')
  const url = checkReceiverUrl('url', input.url)
  const target = new URL(url)
  if (kind === 'context-hub' && target.protocol !== 'https:' && !isLoopback(target))
    throw invalidValue('url', 'must be an HTTPS URL')
  if (
    !Array.isArray(eventTypes) ||
    eventTypes.length === 0 ||
    !eventTypes.every((type) => engineEventTypes.includes(type))
  )
    throw invalidValue('eventTypes', `must be some of ${engineEventTypes.join(', ')}`)
  const isThreshold =
    Number.isInteger(severityThreshold) && Number(severityThreshold) >= 0 && Number(severityThreshold) <= 3
  if (!isThreshold) throw invalidValue('severityThreshold', 'must be an integer from 0 (urgent) to 3')
  const rest = { eventTypes: eventTypes as string[], severityThreshold: Number(severityThreshold) }
  return { kind, url, headers: checkHeaders(input.headers), ...rest }
}
