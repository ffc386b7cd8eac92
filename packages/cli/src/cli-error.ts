import { toExitCode, type ExitName } from './exit-codes.ts'

/** A failure of this command's own: a stable code, what it was, what to do. Never holds a secret. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly code: string
  readonly exitCode: number
  readonly fix?: string

  constructor(exit: ExitName, code: string, message: string, options: { fix?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.exitCode = toExitCode(exit)
    if (options.fix !== undefined) this.fix = options.fix
  }
}
