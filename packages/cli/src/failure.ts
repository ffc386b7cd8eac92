import { SallyportError } from 'sallyport'
import { CliError } from './cli-error.ts'
import { toExitCode, type ExitName } from './exit-codes.ts'

/** An error as the command prints it. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly fix?: string | undefined
  readonly exitCode: number
}

/** System codes for something that is missing or does not answer. */
const unavailable =
  /^(?:E(?:ACCES|ADDRINUSE|ADDRNOTAVAIL|BUSY|CONN\w+|DQUOT|EXIST|FBIG|HOSTUNREACH|IO|ISDIR|LOOP|MFILE|NAMETOOLONG|NETUNREACH|NFILE|NODEV|NOENT|NOSPC|NOTDIR|NOTEMPTY|NOTFOUND|NXIO|PERM|PIPE|ROFS|TIMEDOUT|TXTBSY|XDEV)|EAI_AGAIN)$/

/** Exit codes of error classes, by name: the class itself would load its package. */
const classExits: Partial<Record<string, ExitName>> = { InboxError: 'unavailable', SandboxError: 'configuration' }

/** Exit codes of errors, unless they are the default of their class. */
const exits: Partial<Record<string, ExitName>> = {
  SECRET_MISSING: 'configuration',
  SECRET_INVALID: 'configuration',
  OPTION_INVALID: 'configuration',
  PROVIDER_INVALID: 'configuration',
  INBOX_OPTION_INVALID: 'configuration',
  PLATFORM_OPTION_INVALID: 'configuration',
  PLATFORM_UNAUTHORIZED: 'configuration',
  PLATFORM_FORBIDDEN: 'configuration',
  PLATFORM_RATE_LIMITED: 'unavailable',
  PLATFORM_UNAVAILABLE: 'unavailable',
  PLATFORM_TIMEOUT: 'unavailable',
  PLATFORM_NETWORK: 'unavailable',
  SECRET_STORE_FAILED: 'unavailable',
  ROTATION_IN_PROGRESS: 'unavailable',
  STATE_INVALID: 'unavailable',
  STATE_UNUSABLE: 'unavailable',
  STATE_LOCKED: 'unavailable',
  DISK_ERROR: 'unavailable',
  DEPLOY_LOCKED: 'unavailable',
}

/** An error of a system call; `address` and `port` if it was to listen or connect. */
type SystemError = NodeJS.ErrnoException & { readonly address?: string; readonly port?: number }

/** Turns any error into what the command prints and its exit code. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CliError) return make(error, error.exitCode)
  if (SallyportError.is(error)) return make(error, toExitCode(exits[error.code] ?? classExits[error.name] ?? 'no'))
  const { code, message } = error as NodeJS.ErrnoException
  if (typeof code === 'string' && unavailable.test(code)) return describeSystemError(code, error as SystemError)
  return { code: 'INTERNAL', message: message ?? String(error), exitCode: toExitCode('internal') }
}

function make({ code, message, fix }: SallyportError, exitCode: number): Failure {
  // Default messages end in the fix.
  return { code, message, fix: fix === '' || message.includes(fix) ? undefined : fix, exitCode }
}

function describeSystemError(code: string, { syscall, path, address, port }: SystemError): Failure {
  const place = path ?? (port === undefined ? address : `${address} port ${port}`)
  const what = [syscall, place].filter(Boolean).join(' ')
  return {
    code,
    message: what === '' ? `failed with ${code}` : `${what} failed with ${code}`,
    fix: code === 'EADDRINUSE' ? 'Another program uses this port. Pass --port with another, or 0 for any.' : undefined,
    exitCode: toExitCode('unavailable'),
  }
}
