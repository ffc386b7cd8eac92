import { join } from 'node:path'
import { styleText } from 'node:util'
import { print } from '../../errors/print-error.ts'
import { hasInboxListeners } from '../../inbox/report.ts'
import type { DeliveryReport } from '../report.ts'
import { toAttemptLines, toDeliveryLines, type LoggedAttempt, type Screen } from './lines.ts'

// Not imported: some edge hosts have no such module, and a bundle for them would not start.
const files = process.getBuiltinModule?.('node:fs')
// Without the package of the command, npx would look for a program in `sallyport`, which has none.
const isInstalled = files?.existsSync(join(process.cwd(), 'node_modules', '.bin', 'sallyport')) ?? false
const command = isInstalled ? 'npx sallyport' : 'npx @sallyport/cli'

/** Prints a delivery to stderr. */
export function printDelivery(report: DeliveryReport): void {
  print(toDeliveryLines(report, readScreen()))
}

/** Prints an attempt of an inbox to stderr; unless it is asked for, only where no subscriber gets its report. */
export function printAttempt(attempt: LoggedAttempt, isAsked: boolean): void {
  if (isAsked || !hasInboxListeners()) print(toAttemptLines(attempt, new Date(), readScreen()))
}

// Each time: a window changes its size. Some terminals say that they have no width.
function readScreen(): Screen {
  const { stderr } = process
  // Styles nothing where the stream is no terminal, or NO_COLOR is set.
  const hasColours = styleText('dim', 'a', { stream: stderr }) !== 'a'
  return { columns: Math.max(40, stderr.columns || 80), hasColours, command }
}
