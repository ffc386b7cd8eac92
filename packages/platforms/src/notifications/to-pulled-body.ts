import { toSentItem } from '../http/list-answer.ts'
import { defined } from '../objects.ts'
import type { SonzaiProjectNotification } from '../sonzai/project-notifications.ts'

/**
 * Converts a notification of a project to the event that would have been pushed: its payload, with the notification's type.
 * Ids of project, agent and user are added where the payload has none. A payload that is not an object becomes the member
 * `payload`. Digits of large numbers are kept.
 */
export function toPulledBody(notification: SonzaiProjectNotification): Readonly<Record<string, unknown>> {
  const { event_type, project_id, agent_id, user_id } = notification
  const { payload } = toSentItem(notification) as { readonly payload?: unknown }
  const isObject = typeof payload === 'object' && payload !== null && !Array.isArray(payload)
  const content = isObject ? payload : { payload: payload ?? undefined }
  return defined({
    ...definedIds({ project_id, agent_id, user_id }),
    ...content,
    event_type,
  })
}

function definedIds(ids: Readonly<Record<string, string | null | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(ids).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
