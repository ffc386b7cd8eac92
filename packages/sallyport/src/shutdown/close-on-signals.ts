import { printError } from '../errors/print-error.ts'
import { allow } from '../options/allow.ts'
import { checkValue } from '../options/check-options.ts'
import {
  checkClosing,
  closeGracefully,
  type ClosableServer,
  type CloseOptions,
  type CloseReport,
} from './close-gracefully.ts'

/** Options of `closeOnSignals`. */
export interface SignalOptions extends CloseOptions {
  /** Signals that begin the shutdown. A second one ends the process as usual. @default ['SIGTERM', 'SIGINT'] */
  readonly signals?: readonly NodeJS.Signals[] | undefined
  /** Called when it is over. @default prints what was cut off to stderr */
  readonly onClosed?: ((report: CloseReport) => void) | undefined
}

/**
 * Calls `closeGracefully` on the first SIGTERM or SIGINT. Wrong options throw now, not at the shutdown.
 *
 * @param server what `listen` returned, or a Fastify instance
 * @returns stops listening for the signals
 * @throws SallyportError `OPTION_INVALID`
 * @example
 * closeOnSignals(app.listen(3000), { receivers: [receiver], timeoutMs: 25_000 })
 */
export function closeOnSignals(server: ClosableServer, options: SignalOptions = {}): () => void {
  const { signals = ['SIGTERM', 'SIGINT'], onClosed = printReport, ...closing } = options
  checkValue('closeOnSignals', 'signals', signals, allow.listOf(allow.filled, 'signals'))
  checkValue('closeOnSignals', 'onClosed', onClosed, allow.function)
  checkClosing('closeOnSignals', server, closing)

  function forget(): void {
    for (const signal of signals) process.off(signal, begin)
  }

  function begin(): void {
    forget()
    void closeGracefully(server, closing).then(onClosed)
  }

  for (const signal of signals) process.on(signal, begin)
  return forget
}

function printReport({ connections, receivers, handlers, inboxes, errors, durationMs }: CloseReport): void {
  const counts = { connections, receivers, handlers, inboxes }
  const parts = Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${name}: ${count}`]))
  if (parts.length > 0) printError(`sallyport: the shutdown was cut off after ${durationMs} ms (${parts.join(', ')})`)
  for (const error of errors) printError('sallyport: the shutdown:', error)
}
