/**
 * What the platforms document, row by row: their tables of calls, events, members, headers and statuses. Each row has to have
 * a check of its own name in `platform-checks`, so that nothing documented is left out of the sandbox in silence.
 */
export const platformRows = {
  sonzai: [
    // The signature of a delivery.
    'header Sonzai-Signature: t=<unix seconds>,v1=<hex>',
    'signed bytes <t>.<raw body>',
    'algorithm HMAC-SHA256, lower-case hex',
    'key: the secret without whsec_, as text',
    'tolerance 300 s',
    'authHeader arrives verbatim in Authorization',
    // Events: named in the documents, sent by the service, accepted at registration.
    'event agent.message',
    'event agent.mood_change',
    'event agent.memory_added',
    'event agent.breakthrough',
    'event agent.wakeup',
    'event agent.consolidation',
    'event on_wakeup_ready',
    'event on_recurring_event_due',
    'event on_diary_generated',
    'event on_personality_updated',
    'event on_mood_updated',
    'event on_breakthrough_detected',
    'event agent.message.created',
    'event session.end',
    'event memory.created',
    'event_type stands in the body; one URL may serve many types',
    'on_wakeup_ready: wakeup, memory_context, has_energy, generated_message',
    // The management API.
    'Authorization: Bearer sk_… and problem documents',
    'PUT /webhooks/{eventType}',
    'the secret only on first registration',
    'GET /webhooks',
    'DELETE /webhooks/{eventType}',
    'GET /webhooks/{eventType}/attempts',
    'POST /webhooks/{eventType}/rotate-secret',
    'the same under /projects/{projectId}/webhooks',
    'GET /agents/{agentId}/notifications',
    'POST /agents/{agentId}/notifications/{messageId}/consume',
    'GET /agents/{agentId}/notifications/history',
    'POST /agents/{agentId}/wakeups with scheduled_at',
    'POST /agents/{agentId}/wakeups with delay_hours',
    'a notification has id, type, content',
  ],
  fleet: [
    // Adding a webhook.
    'the URL must use HTTPS',
    'custom headers, stored encrypted',
    'form schema, optional',
    // The payload.
    'action: the name of the webhook',
    'input: the values of the form, empty without one',
    'publisher: user_id and email',
    'agent: name and description',
    'tool_auth_requirements none',
    'tool_auth_requirements api_key with required_env_vars',
    'tool_auth_requirements oauth with auth_provider and scopes',
    'files: zip, filename, content_base64',
    'fields: the definition of the form',
    // The types of field.
    'field string (default)',
    'field number',
    'field boolean',
    'field textarea',
    'field json',
    'field select with options',
    'field default',
    // The archive.
    'archive AGENTS.md, config.json, tools.json',
    'archive skills/<name>/SKILL.md',
    'archive subagents/<name>/AGENTS.md and tools.json',
    // The management API.
    'GET and POST /v1/platform/fleet-webhooks',
    'editing and deleting a webhook',
    'POST /v1/platform/fleet-webhooks/{id}/run',
  ],
  invoratec: [
    // A delivery.
    'header Content-Type: application/json',
    'header X-Webhook-Event',
    'header X-Webhook-Timestamp',
    'header X-Webhook-Signature: sha256=<hex> over the raw body',
    'the signature only where the webhook has a secret',
    'body event, timestamp, data',
    // Data by event.
    'event tool.executed: toolName, input, result, elapsed_ms',
    'event tool.failed: toolName, input, error',
    'event workflow.completed: workflowId, workflowName, runId, status, stepResults',
    'event workflow.failed: workflowId, workflowName, runId, error',
    'event knowledge.updated: knowledgeId, action, documentTitle',
    'event graph.synced: graphId, nodesWritten, edgesWritten',
    'event alert.triggered: alertType, source, message, severity',
    'event ai.conversation: model, inputTokens, outputTokens',
    'event app.installed: appId, appName',
    'event app.configured: appId, appName',
    // The management API.
    'X-API-Key: claw_…',
    'POST /events/webhooks 201',
    'POST /events/webhooks 400',
    'POST /events/webhooks 403',
    'GET /events/webhooks',
    'DELETE /events/webhooks/{id}',
    'GET /events/types',
    'GET /events/logs',
    'filter limits deliveries to matching events',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** The name of one row. */
export type PlatformRow<Platform extends keyof typeof platformRows> = (typeof platformRows)[Platform][number]
