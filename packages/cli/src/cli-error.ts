import { SallyportError } from 'sallyport'
import { exitCodes, toExitCode, type ExitName } from './exit-codes.ts'

/** An error of this command, with its exit code. The title is the meaning of that code. Never contains a secret. */
export class CliError extends SallyportError {
  override readonly name = 'CliError'
  readonly exitCode: number

  constructor(
    exit: ExitName,
    code: string,
    message: string,
    { fix = '', cause }: { readonly fix?: string | undefined; readonly cause?: unknown } = {},
  ) {
    super(code, message, { title: exitCodes[exit][1], fix, cause })
    this.exitCode = toExitCode(exit)
  }
}
