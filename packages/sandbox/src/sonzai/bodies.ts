import type { DeliveryAttempt } from '../delivery/delivery.ts'
import type { Notification, ProjectNotification, SonzaiWebhook } from '../state/state.ts'

/** A webhook as on the wire, without its secret: only `register` and `rotate` show it. */
export function toWebhookBody(webhook: SonzaiWebhook): object {
  return {
    project_id: webhook.projectId,
    event_type: webhook.eventType,
    webhook_url: webhook.url,
    auth_header: webhook.authHeader,
    is_active: true,
    created_at: webhook.createdAt,
    updated_at: webhook.updatedAt,
  }
}

/** A delivery attempt as on the wire. */
export function toAttemptBody(projectId: string, attempt: DeliveryAttempt): object {
  return {
    attempt_id: attempt.id,
    project_id: projectId,
    event_type: attempt.eventType,
    webhook_url: attempt.url,
    request_body: attempt.requestBody,
    response_code: attempt.responseCode,
    response_body: attempt.responseBody,
    duration_ms: attempt.durationMs,
    attempt_number: attempt.attemptNumber,
    status: attempt.status,
    error_message: attempt.errorMessage,
    created_at: attempt.createdAt,
  }
}

/** A notification as on the wire, with the field names of the documents and of the platform's SDK. */
export function toNotificationBody(notification: Notification): object {
  const { id, type, checkType = type, content, wakeupId, intent, consumedAt } = notification
  return {
    id,
    message_id: id,
    agent_id: notification.agentId,
    user_id: notification.userId,
    type,
    check_type: checkType,
    content,
    generated_message: content,
    wakeup_id: wakeupId,
    intent,
    status: notification.status,
    created_at: notification.createdAt,
    consumed_at: consumedAt,
  }
}

/** A notification of a project as on the wire. */
export function toProjectNotificationBody(notification: ProjectNotification): object {
  return {
    notification_id: notification.id,
    project_id: notification.projectId,
    agent_id: notification.agentId,
    user_id: notification.userId,
    event_type: notification.eventType,
    payload: notification.payload,
    status: notification.status,
    created_at: notification.createdAt,
    acknowledged_at: notification.acknowledgedAt,
  }
}
