import * as z from 'zod'
import { faultKinds } from '../delivery/faults.ts'

const text = z.string()
const time = z.string()

const Fault = z.object({
  kind: z.enum(faultKinds),
  probability: z.number(),
  attempts: z.enum(['first', 'all']),
  ms: z.number(),
})

const SonzaiWebhook = z.object({
  projectId: text,
  eventType: text,
  url: text,
  authHeader: text.optional(),
  secret: text,
  createdAt: time,
  updatedAt: time,
  faults: z.array(Fault),
})

const Notification = z.object({
  id: text,
  agentId: text,
  userId: text,
  type: text,
  checkType: text.optional(),
  content: text,
  wakeupId: text.optional(),
  intent: text.optional(),
  status: z.enum(['pending', 'consumed']),
  createdAt: time,
  consumedAt: time.optional(),
})

const ProjectNotification = z.object({
  id: text,
  projectId: text,
  eventType: text,
  /** The body of the webhook that would bring the event. */
  payload: z.record(text, z.unknown()),
  agentId: text.optional(),
  userId: text.optional(),
  status: z.enum(['pending', 'acknowledged']),
  createdAt: time,
  acknowledgedAt: time.optional(),
})

const Wakeup = z.object({
  id: text,
  projectId: text,
  agentId: text,
  userId: text,
  checkType: text,
  scheduledAt: time,
  status: z.enum(['pending', 'executed']),
  /** The other fields of the request, named as on the wire. */
  details: z.object({
    intent: text,
    occasion: text.optional(),
    interest_topic: text.optional(),
    event_description: text.optional(),
  }),
  createdAt: time,
  executedAt: time.optional(),
})

const InvoratecWebhook = z.object({
  id: text,
  developerId: text,
  event: text,
  url: text,
  secret: text.optional(),
  filter: z.record(text, z.unknown()),
  createdAt: time,
  lastTriggered: time.nullable(),
  failCount: z.number(),
  faults: z.array(Fault),
})

const CallLog = z.object({
  id: text,
  userId: text,
  endpoint: text,
  method: text,
  status: z.number(),
  timestamp: time,
  responseTime: z.number(),
})

const FleetWebhook = z.object({
  id: text,
  name: text,
  url: text,
  headers: z.record(text, text),
  fields: z.array(z.record(text, z.unknown())),
  createdAt: time,
  updatedAt: time,
  faults: z.array(Fault),
})

const LangsmithWebhook = z.object({
  id: text,
  kind: z.enum(['context-hub', 'engine']),
  url: text,
  headers: z.record(text, text),
  secret: text,
  eventTypes: z.array(text),
  severityThreshold: z.number(),
  createdAt: time,
  updatedAt: time,
  faults: z.array(Fault),
})

const HubCommit = z.object({
  id: text,
  type: z.enum(['agent', 'skill']),
  handle: text,
  hash: text,
  parent: text.optional(),
  author: text,
  createdAt: time,
  /** Text by path. */
  files: z.record(text, text),
})

// `own`: a provider of the user's own.
const platform = z.enum(['sonzai', 'invoratec', 'fleet', 'langsmith', 'own'])

const InvoratecApiKey = z.object({
  key: text,
  developerId: text,
  permissions: z.array(z.enum(['read', 'write', 'admin'])),
})

// Not in files that an older sandbox wrote.
const Headers = z.array(z.tuple([text, text])).optional()

const Attempt = z.object({
  id: text,
  deliveryId: text,
  platform,
  /** The webhook it was made for. */
  target: text,
  eventType: text,
  url: text,
  /** As sent, credentials included. */
  requestHeaders: Headers,
  /** Base64; missing if it was too large to keep. */
  requestBody: text.optional(),
  requestBytes: z.number(),
  responseCode: z.number(),
  responseHeaders: Headers,
  responseBody: text.optional(),
  responseContentType: text.optional(),
  durationMs: z.number(),
  attemptNumber: z.number(),
  /** Sent again by hand. */
  resent: z.boolean().optional(),
  status: z.enum(['success', 'failed']),
  errorMessage: text.optional(),
  faults: z.array(text),
  createdAt: time,
})

const PendingDelivery = z.object({
  id: text,
  platform: z.enum(['sonzai', 'invoratec', 'langsmith']),
  target: text,
  eventType: text,
  content: z.record(text, z.unknown()),
  attempts: z.number(),
  dueAt: z.number(),
  faults: z.array(Fault),
})

/** The state of a sandbox, and the content of a state file. */
export const SandboxState = z.object({
  version: z.literal(1),
  sonzai: z.object({
    webhooks: z.array(SonzaiWebhook),
    notifications: z.array(Notification),
    // Not in files that an older sandbox wrote.
    projectNotifications: z.array(ProjectNotification).default(() => []),
    wakeups: z.array(Wakeup),
  }),
  invoratec: z.object({
    webhooks: z.array(InvoratecWebhook),
    logs: z.array(CallLog),
    apiKeys: z.array(InvoratecApiKey).default([]),
  }),
  fleet: z.object({ webhooks: z.array(FleetWebhook) }),
  // Not in files that an older sandbox wrote.
  langsmith: z
    .object({ webhooks: z.array(LangsmithWebhook), commits: z.array(HubCommit) })
    .default(() => ({ webhooks: [], commits: [] })),
  /** Oldest first. */
  attempts: z.array(Attempt),
  pending: z.array(PendingDelivery),
})

export type SandboxState = z.output<typeof SandboxState>
export type SonzaiWebhook = z.output<typeof SonzaiWebhook>
export type Notification = z.output<typeof Notification>
export type ProjectNotification = z.output<typeof ProjectNotification>
export type Wakeup = z.output<typeof Wakeup>
export type InvoratecWebhook = z.output<typeof InvoratecWebhook>
export type InvoratecApiKey = z.output<typeof InvoratecApiKey>
export type CallLog = z.output<typeof CallLog>
export type FleetWebhook = z.output<typeof FleetWebhook>
export type LangsmithWebhook = z.output<typeof LangsmithWebhook>
/** A commit of a folder, oldest first in the state. */
export type HubCommit = z.output<typeof HubCommit>
export type Attempt = z.output<typeof Attempt>
export type PendingDelivery = z.output<typeof PendingDelivery>

/** Creates the state of a new sandbox. */
export function createEmptyState(): SandboxState {
  return {
    version: 1,
    sonzai: { webhooks: [], notifications: [], projectNotifications: [], wakeups: [] },
    invoratec: { webhooks: [], logs: [], apiKeys: [] },
    fleet: { webhooks: [] },
    langsmith: { webhooks: [], commits: [] },
    attempts: [],
    pending: [],
  }
}
