import type { SonzaiNotification } from '../sonzai/schemas.ts'

/**
 * A notification as the event that would have been pushed. Its `type` is the event type where the provider declares it; what
 * a wakeup has caused is `on_wakeup_ready`; any other type is handed on as it is. Everything the notification holds is kept.
 *
 * @param isDeclared whether the provider declares an event type
 */
export function toPushedBody(
  notification: SonzaiNotification,
  isDeclared: (type: string) => boolean,
): Readonly<Record<string, unknown>> {
  const { id, type, content, wakeup_id: wakeupId, ...rest } = notification
  const message = rest['generated_message'] ?? content
  return {
    ...rest,
    ...(type === undefined || type === null ? undefined : { type }),
    ...(content === undefined ? undefined : { content }),
    event_type: toEventType(type, wakeupId, isDeclared),
    message_id: id,
    ...(message === undefined ? undefined : { generated_message: message }),
    ...(wakeupId === undefined || wakeupId === null
      ? undefined
      : { wakeup: { check_type: rest['check_type'], intent: rest['intent'], wakeup_id: wakeupId } }),
  }
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
