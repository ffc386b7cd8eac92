import type { LoggedCall } from './logs.ts'

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
