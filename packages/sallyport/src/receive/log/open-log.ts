import { tryRead } from '../../errors/sallyport-error.ts'
import type { DeliveryReport } from '../report.ts'
import type { LoggedAttempt } from './lines.ts'

/** Prints a line per delivery, and per attempt of an inbox, to stderr. */
export interface DeliveryLog {
  /** Whether it also prints what a hook or a channel gets: the user asked for it. */
  readonly isAsked: boolean
  delivery(report: DeliveryReport): void
  attempt(attempt: LoggedAttempt): void
}

/** What tells development from production. */
export interface Surroundings {
  readonly stderr?: { readonly isTTY?: boolean | undefined } | undefined
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/**
 * Opens the log of a receiver. What prints is loaded with the first line, in the background: a receiver without a log never
 * loads it, and one with a log starts where loading it is not allowed.
 *
 * @param asked the option. @default in development
 * @returns `undefined` where nothing is printed
 */
export function openLog(asked: boolean | undefined): DeliveryLog | undefined {
  if (!(asked ?? isDevelopment(globalThis.process))) return undefined
  const isAsked = asked === true
  let loading: Promise<typeof import('./print.ts')> | undefined
  function print(work: (printer: typeof import('./print.ts')) => void): void {
    loading ??= import('./print.ts')
    // A line is no reason to end a process.
    loading.then(work).catch(() => {})
  }
  return {
    isAsked,
    delivery: (report) => print(({ printDelivery }) => printDelivery(report)),
    attempt: (attempt) => print(({ printAttempt }) => printAttempt(attempt, isAsked)),
  }
}

/** Whether somebody watches: stderr is a terminal, and `NODE_ENV` is neither `production` nor `test`. */
export function isDevelopment(surroundings: Surroundings | undefined): boolean {
  if (surroundings?.stderr?.isTTY !== true) return false
  // Some hosts let nobody read it.
  const mode = tryRead(() => surroundings.env?.['NODE_ENV'], 'production')
  return mode !== 'production' && mode !== 'test'
}
