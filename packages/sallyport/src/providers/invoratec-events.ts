import type { EventsOf } from '../verify/provider.ts'
import * as z from 'zod'

// The document lists the members of `data`, but promises neither that they are there nor that they hold a value. A type is
// checked only where the document leaves no doubt.
const text = z.string().nullish()
const count = z.number().nullish()
const anything = z.unknown().optional()

/** A tool ran. `elapsed_ms` is in milliseconds; `result` is absent where the tool returned nothing. */
export const ToolExecuted = z.looseObject({ toolName: text, input: anything, result: anything, elapsed_ms: count })

/** A tool failed. */
export const ToolFailed = z.looseObject({ toolName: text, input: anything, error: anything })

const workflow = { workflowId: text, workflowName: text, runId: text }

/** A workflow ran to its end. */
export const WorkflowCompleted = z.looseObject({ ...workflow, status: text, stepResults: anything })

/** A workflow failed. */
export const WorkflowFailed = z.looseObject({ ...workflow, error: anything })

/** A knowledge base changed. `action` is documented as `upload` or `update`. */
export const KnowledgeUpdated = z.looseObject({ knowledgeId: text, action: text, documentTitle: text })

/** A graph was synchronised. */
export const GraphSynced = z.looseObject({ graphId: text, nodesWritten: count, edgesWritten: count })

/** An alert went off. */
export const AlertTriggered = z.looseObject({ alertType: text, source: text, message: text, severity: text })

/** A conversation with a model ended. */
export const AiConversation = z.looseObject({ model: text, inputTokens: count, outputTokens: count })

/** An app was installed or configured. */
export const AppChanged = z.looseObject({ appId: text, appName: text })

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
