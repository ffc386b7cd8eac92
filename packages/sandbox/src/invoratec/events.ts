import type { LoggedCall } from './logs.ts'

/** The event types of the documents, in their order. */
export const invoratecEventTypes: readonly string[] = [
  'app.installed',
  'app.configured',
  'tool.executed',
  'tool.failed',
  'knowledge.updated',
  'graph.synced',
  'workflow.completed',
  'workflow.failed',
  'alert.triggered',
  'ai.conversation',
]

/** The API call that makes an event happen, where the documents show one: a tool that is run, a chat. */
export function toCause(
  event: string,
  data: Readonly<Record<string, unknown>>,
): Omit<LoggedCall, 'userId'> | undefined {
  if (event === 'ai.conversation') return { endpoint: '/v1/ai/chat', method: 'POST', status: 200, responseTime: 1500 }
  if (event !== 'tool.executed' && event !== 'tool.failed') return undefined
  const { toolName, elapsed_ms: elapsed } = data
  return {
    endpoint: `/v1/tools/${encodeURIComponent(String(toolName))}/test`,
    method: 'POST',
    status: event === 'tool.executed' ? 200 : 500,
    responseTime: typeof elapsed === 'number' ? elapsed : 0,
  }
}

/**
 * Whether an event's data has everything a filter asks for. Objects are compared member by member, as far as the filter goes;
 * everything else must be equal. An empty filter lets everything pass.
 */
export function matchesFilter(filter: unknown, data: unknown): boolean {
  if (!isObject(filter)) return isEqual(filter, data)
  if (!isObject(data)) return false
  return Object.entries(filter).every(
    ([name, wanted]) => Object.hasOwn(data, name) && matchesFilter(wanted, data[name]),
  )
}

function isEqual(wanted: unknown, value: unknown): boolean {
  return wanted === value || (Array.isArray(wanted) && JSON.stringify(wanted) === JSON.stringify(value))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
