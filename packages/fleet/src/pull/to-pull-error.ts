import { FleetError } from '../fleet-error.ts'
import type { FleetErrorCode } from '../error-codes.ts'

/**
 * The error for a call of the client that failed. It shows a status or a system code and nothing else: the client's message
 * quotes what the server wrote, and a server may quote the API key.
 *
 * @param repo shown in the message
 */
export function toPullError(error: unknown, repo: string): FleetError {
  if (FleetError.is(error)) return error
  const status = readMember(error, 'status')
  if (typeof status === 'number') return new FleetError(codeOf(status), { path: repo, detail: `status ${status}` })
  const systemCode = readMember(error, 'code') ?? readMember(readMember(error, 'cause'), 'code')
  const name = readMember(error, 'name')
  const shown = [systemCode, name].find((text) => typeof text === 'string' && /^\w{1,64}$/.test(text))
  return new FleetError('PULL_FAILED', { path: repo, detail: typeof shown === 'string' ? shown : undefined })
}

function codeOf(status: number): FleetErrorCode {
  if (status === 401 || status === 403) return 'PULL_DENIED'
  if (status === 404) return 'COMMIT_NOT_FOUND'
  // A refused request stays refused; anything else may pass later.
  const isFinal = status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status)
  return isFinal ? 'PULL_INVALID' : 'PULL_FAILED'
}

function readMember(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
