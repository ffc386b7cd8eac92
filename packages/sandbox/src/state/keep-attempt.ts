import type { Attempt, SandboxState } from './state.ts'

const mostAttempts = 1000
const mostBytes = 16 * 1024 * 1024
const largestBody = 1024 * 1024

/** Adds an attempt, and forgets the oldest where there are too many. A large body is counted and not kept. */
export function keepAttempt({ attempts }: SandboxState, attempt: Attempt): void {
  const { requestBody: _large, ...rest } = attempt
  attempts.push(attempt.requestBytes > largestBody ? rest : attempt)
  let bytes = attempts.reduce((sum, { requestBody = '' }) => sum + requestBody.length, 0)
  while (attempts.length > mostAttempts || bytes > mostBytes) bytes -= attempts.shift()?.requestBody?.length ?? 0
}
