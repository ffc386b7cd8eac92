import type { JsonObject } from '../verify/decode.ts'
import { readId } from '../verify/exact-json.ts'

// Types that carry a message. Others may only mention one.
const wakeups: ReadonlySet<unknown> = new Set(['on_wakeup_ready', 'agent.wakeup'])
const messages: ReadonlySet<unknown> = new Set(['agent.message', 'agent.message.created', ...wakeups])

/**
 * The id of an event's message, with the event's type: one wakeup arrives as several types, which are several events. A
 * wakeup's own id comes before the message's, because a pushed wakeup need not name its message.
 */
export function readMessageId(body: JsonObject): string | undefined {
  const { event_type: type } = body
  if (!messages.has(type)) return undefined
  const wakeup = wakeups.has(type) ? (readId(body, 'wakeup', 'wakeup_id') ?? readId(body, 'wakeup_id')) : undefined
  if (wakeup !== undefined) return `${String(type)}:wakeup:${wakeup}`
  const message = readId(body, 'message_id') ?? readId(body, 'message', 'id')
  return message === undefined ? undefined : `${String(type)}:message:${message}`
}
