import type { LoggedCall } from './logs.ts'

/** The documented event types, in order. */
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

/** Returns the API call that causes an event, if the documents show one: a tool run or a chat. */
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
 * Whether an event's data matches a filter. Objects match if every field of the filter does; other values must be equal. An
 * empty filter matches everything.
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
