import { toSentItem } from '../http/list-answer.ts'
import { defined } from '../objects.ts'
import type { SonzaiNotification } from '../sonzai/schemas.ts'

/**
 * Converts a notification to the event that would have been pushed. Its `type` is the event type if the provider declares it;
 * one caused by a wakeup is `on_wakeup_ready`; any other type is used as it is. All fields are kept, with the digits of large
 * numbers.
 *
 * @param isDeclared whether the provider declares an event type
 */
export function toPushedBody(
  notification: SonzaiNotification,
  isDeclared: (type: string) => boolean,
): Readonly<Record<string, unknown>> {
  const { id, type, wakeup_id: wakeupId } = notification
  const { id: _id, wakeup_id: _wakeup, content, ...rest } = toSentItem(notification) as Partial<SonzaiNotification>
  const message = rest['generated_message'] ?? content
  const hasWakeup = wakeupId !== undefined && wakeupId !== null
  return defined({
    ...rest,
    type: type ?? undefined,
    content,
    event_type: toEventType(type, wakeupId, isDeclared),
    message_id: id,
    generated_message: message,
    wakeup: hasWakeup ? { check_type: rest['check_type'], intent: rest['intent'], wakeup_id: wakeupId } : undefined,
  })
}

function toEventType(
  type: string | null | undefined,
  wakeupId: unknown,
  isDeclared: (type: string) => boolean,
): string {
  if (type && isDeclared(type)) return type
  const isWakeup = !type || type === 'wakeup' || (wakeupId !== undefined && wakeupId !== null)
  return isWakeup ? 'on_wakeup_ready' : type
}
