import { SallyportError } from 'sallyport'
import { FleetError } from '@sallyport/fleet'
import { InboxError } from 'sallyport/inbox'
import { PlatformError } from '@sallyport/platforms'
import { SandboxError } from '@sallyport/sandbox'
import { CliError } from './cli-error.ts'
import { toExitCode, type ExitName } from './exit-codes.ts'

/** A failure as it is shown: the same members whoever failed. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly fix?: string
  readonly exitCode: number
}

/** Codes of the system that say that something is not there or does not answer. */
const unavailable =
  /^(?:E(?:ACCES|ADDRINUSE|ADDRNOTAVAIL|BUSY|CONN\w+|DQUOT|EXIST|FBIG|HOSTUNREACH|IO|ISDIR|LOOP|MFILE|NAMETOOLONG|NETUNREACH|NFILE|NODEV|NOENT|NOSPC|NOTDIR|NOTEMPTY|NOTFOUND|NXIO|PERM|PIPE|ROFS|TIMEDOUT|TXTBSY|XDEV)|EAI_AGAIN)$/

const platformExits: Partial<Record<string, ExitName>> = {
  PLATFORM_OPTION_INVALID: 'configuration',
  PLATFORM_UNAUTHORIZED: 'configuration',
  PLATFORM_FORBIDDEN: 'configuration',
  PLATFORM_RATE_LIMITED: 'unavailable',
  PLATFORM_UNAVAILABLE: 'unavailable',
  PLATFORM_TIMEOUT: 'unavailable',
  PLATFORM_NETWORK: 'unavailable',
  SECRET_STORE_FAILED: 'unavailable',
  ROTATION_IN_PROGRESS: 'unavailable',
}
const inboxExits: Partial<Record<string, ExitName>> = { INBOX_OPTION_INVALID: 'configuration' }
const configurationCodes = new Set(['SECRET_MISSING', 'SECRET_INVALID', 'OPTION_INVALID', 'PROVIDER_INVALID'])

/** What the system says of a call that failed; of one to listen or connect, where. */
type SystemError = NodeJS.ErrnoException & { readonly address?: string; readonly port?: number }

/** What failed, in words for the one who started the command. */
export function toFailure(error: unknown): Failure {
  if (error instanceof CliError) {
    const { code, message, fix, exitCode } = error
    return { code, message, ...(fix === undefined ? undefined : { fix }), exitCode }
  }
  if (FleetError.is(error))
    return make(error, error.code === 'DISK_ERROR' || error.code === 'DEPLOY_LOCKED' ? 'unavailable' : 'no')
  if (InboxError.is(error)) return make(error, inboxExits[error.code] ?? 'unavailable')
  if (PlatformError.is(error)) return make(error, platformExits[error.code] ?? 'no')
  if (SandboxError.is(error)) return make(error, error.code.startsWith('STATE_') ? 'unavailable' : 'configuration')
  // Last: the classes above extend it.
  if (SallyportError.is(error)) return make(error, configurationCodes.has(error.code) ? 'configuration' : 'no')
  const { code, syscall, path, address, port, message } = error as SystemError
  if (typeof code === 'string' && unavailable.test(code)) {
    const place = path ?? (port === undefined ? address : `${address} port ${port}`)
    const what = [syscall, place].filter(Boolean).join(' ')
    return {
      code,
      message: what === '' ? `failed with ${code}` : `${what} failed with ${code}`,
      ...(code === 'EADDRINUSE'
        ? { fix: 'Another program listens there. --port takes another; 0 any that is free.' }
        : {}),
      exitCode: toExitCode('unavailable'),
    }
  }
  return { code: 'INTERNAL', message: message ?? String(error), exitCode: toExitCode('internal') }
}

function make({ code, message }: { code: string; message: string }, exit: ExitName): Failure {
  return { code, message, exitCode: toExitCode(exit) }
}
