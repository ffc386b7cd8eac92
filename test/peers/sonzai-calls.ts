import type { DocumentedCall } from './documented-call.ts'
import { agentCalls } from './sonzai-agent-calls.ts'
import { projectNotificationCalls } from './sonzai-project-calls.ts'
import { projectWebhookCalls, webhookCalls } from './sonzai-webhook-calls.ts'

// The calls of Sonzai's management API as its OpenAPI document has them: `openapi.json` of github.com/sonz-ai/sonzai-typescript
// at f70e5c27 (10 July 2026), read on 29 November 2026. Those of sonzai-go at 734d768a (24 June 2026) and of sonzai-python at
// d9476228 (22 May 2026) say the same about these calls. Bodies allow no other member (`additionalProperties: false`); a query
// name that is not in the document is ignored.

/** Every documented call that concerns webhooks, notifications and wakeups. */
export const sonzaiCalls: readonly DocumentedCall[] = [
  ...webhookCalls,
  ...projectWebhookCalls,
  ...projectNotificationCalls,
  ...agentCalls,
]
