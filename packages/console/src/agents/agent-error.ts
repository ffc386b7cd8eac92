import type { FleetErrorCode } from '@sallyport/fleet'
import { SallyportError } from 'sallyport'
import { ConsoleError } from '../console-error.ts'
import type { ConsoleErrorCode } from '../error-codes.ts'

const codes: Partial<Record<FleetErrorCode, ConsoleErrorCode>> = {
  NAME_INVALID: 'CONSOLE_REQUEST_INVALID',
  NO_RELEASE: 'CONSOLE_AGENT_MISSING',
  RELEASE_DAMAGED: 'CONSOLE_AGENT_DAMAGED',
  TARGET_UNSAFE: 'CONSOLE_AGENT_DAMAGED',
  DEPLOY_LOCKED: 'CONSOLE_AGENT_CHANGED',
}

/** The error of the console for one of the Fleet package, whose message has paths of the server. Others stay. */
export function toAgentError(error: unknown): unknown {
  if (!isFleetError(error)) return error
  const code = Object.hasOwn(codes, error.code) ? codes[error.code]! : 'CONSOLE_AGENT_FAILED'
  return new ConsoleError(code, error.title, { cause: error })
}

/** Whether `value` is an error of the Fleet package, which may not be loaded. */
export function isFleetError(value: unknown): value is SallyportError<FleetErrorCode> {
  return SallyportError.is(value) && value.name === 'FleetError'
}
