import type { EventsOf } from '../verify/provider.ts'
import * as z from 'zod'

/** A tool ran. `elapsed_ms` is in milliseconds. */
export const ToolExecuted = z.looseObject({
  toolName: z.string(),
  input: z.unknown(),
  result: z.unknown(),
  elapsed_ms: z.number(),
})

/** A tool failed. */
export const ToolFailed = z.looseObject({ toolName: z.string(), input: z.unknown(), error: z.unknown() })

/** A workflow ran to its end. */
export const WorkflowCompleted = z.looseObject({
  workflowId: z.string(),
  workflowName: z.string(),
  runId: z.string(),
  status: z.string(),
  stepResults: z.unknown(),
})

/** A workflow failed. */
export const WorkflowFailed = z.looseObject({
  workflowId: z.string(),
  workflowName: z.string(),
  runId: z.string(),
  error: z.unknown(),
})

/** A knowledge base changed. `action` is documented as `upload` or `update`. */
export const KnowledgeUpdated = z.looseObject({
  knowledgeId: z.string(),
  action: z.string(),
  documentTitle: z.string(),
})

/** A graph was synchronised. */
export const GraphSynced = z.looseObject({ graphId: z.string(), nodesWritten: z.number(), edgesWritten: z.number() })

/** An alert went off. */
export const AlertTriggered = z.looseObject({
  alertType: z.string(),
  source: z.string(),
  message: z.string(),
  severity: z.string(),
})

/** A conversation with a model ended. */
export const AiConversation = z.looseObject({ model: z.string(), inputTokens: z.number(), outputTokens: z.number() })

/** An app was installed or configured. */
export const AppChanged = z.looseObject({ appId: z.string(), appName: z.string() })

/** Schemas of `data` by event type: the ten documented ones. */
export const invoratecEvents = {
  'tool.executed': ToolExecuted,
  'tool.failed': ToolFailed,
  'workflow.completed': WorkflowCompleted,
  'workflow.failed': WorkflowFailed,
  'knowledge.updated': KnowledgeUpdated,
  'graph.synced': GraphSynced,
  'alert.triggered': AlertTriggered,
  'ai.conversation': AiConversation,
  'app.installed': AppChanged,
  'app.configured': AppChanged,
} as const

/** Data types by event type. */
export type InvoratecEvents = EventsOf<typeof invoratecEvents>
