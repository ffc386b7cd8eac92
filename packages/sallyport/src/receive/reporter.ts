import { channel } from 'node:diagnostics_channel'
import type { ErrorCode } from '../errors/error-codes.ts'
import { printError } from '../errors/print-error.ts'
import type { IncomingDelivery } from '../verify/delivery.ts'
import type { HeaderList } from '../verify/header-list.ts'
import { checkHandler } from './check-receiver.ts'
import { Background, keepAlive } from './handler-context.ts'
import type { Lines } from '../logger/lines.ts'
import type { LoggedAttempt } from './log/lines.ts'
import { openLog, type DeliveryLog } from './log/open-log.ts'
import type { Processed } from './pipeline.ts'
import type { Outcome, Reply } from './reply.ts'
import { deliveryChannel, recordChannel, refusalChannel, runHook } from './report.ts'
import type { Counts, DeliveryReport, RecordMessage } from './report.ts'

const deliveries = channel(deliveryChannel)
const records = channel(recordChannel)
const refusals = channel(refusalChannel)

type RejectHook = (report: DeliveryReport) => unknown
type ErrorHook = (error: unknown, report: DeliveryReport | undefined) => unknown

/** Counts deliveries, and tells hooks, channels, records and the log how they end. */
export class Reporter {
  readonly #name: string
  readonly #log: DeliveryLog | undefined
  readonly #lines: Lines | undefined
  readonly #rejectHooks: RejectHook[] = []
  readonly #errorHooks: ErrorHook[] = []
  readonly #outcomes: Partial<Record<Outcome, number>> = {}
  readonly #codes: Partial<Record<ErrorCode, number>> = {}
  /** What outlives its delivery. */
  readonly background = new Background((error) => this.error(error, undefined))

  /**
   * @param name of the provider, for what is printed
   * @param log the option. @default in development, without a logger
   * @param lines writes with the logger of the program
   */
  constructor(name: string, log: boolean | undefined, lines?: Lines) {
    this.#name = name
    this.#log = openLog(log ?? (lines === undefined ? undefined : false))
    this.#lines = lines
  }

  /** Whether a channel carries reports to somebody. */
  get hasSubscribers(): boolean {
    return deliveries.hasSubscribers || refusals.hasSubscribers
  }

  onReject(hook: RejectHook): void {
    checkHandler(this.#name, 'the hook of onReject', hook)
    this.#rejectHooks.push(hook)
  }

  onError(hook: ErrorHook): void {
    checkHandler(this.#name, 'the hook of onError', hook)
    this.#errorHooks.push(hook)
  }

  /** Reports a failure: to the logger and the hooks, or to stderr where there are none. */
  error(error: unknown, report: DeliveryReport | undefined, incoming?: IncomingDelivery): void {
    if (this.#lines === undefined && this.#errorHooks.length === 0) printError(`sallyport: ${this.#name}:`, error)
    // That of a delivery has its line.
    if (report === undefined) this.#lines?.failure(this.#name, error)
    this.#callErrorHooks(error, report, incoming)
  }

  /**
   * Reports a failed attempt of an inbox.
   *
   * @param isLogged whether the inbox has a line for it
   */
  failedAttempt(error: unknown, attempt: LoggedAttempt, isLogged: boolean): void {
    if (!isLogged && this.#errorHooks.length === 0) printError(`sallyport: ${this.#name}:`, error)
    this.#callErrorHooks(error, undefined)
    if (!isLogged) this.attempt(attempt)
  }

  #callErrorHooks(error: unknown, report: DeliveryReport | undefined, incoming?: IncomingDelivery): void {
    for (const hook of this.#errorHooks)
      this.#outlive(
        runHook('onError', () => hook(error, report)),
        incoming,
      )
  }

  /** Logs an attempt of an inbox. */
  attempt(attempt: LoggedAttempt): void {
    const isTaken = (attempt.outcome === 'failed' || attempt.outcome === 'dead') && this.#errorHooks.length > 0
    this.#logUnless(isTaken)?.attempt(attempt)
  }

  /**
   * Counts and reports a delivery that is over.
   *
   * @param receiver what took it, for records
   * @returns its reply
   */
  conclude({ reply, head, failure, toReport }: Processed, incoming: IncomingDelivery, receiver: object): Reply {
    this.#count(reply)
    const hooks = reply.outcome === 'refused' ? this.#rejectHooks : []
    const isHeard = deliveries.hasSubscribers || (reply.code !== undefined && refusals.hasSubscribers)
    const isTaken = isHeard || hooks.length > 0 || (failure !== undefined && this.#errorHooks.length > 0)
    const lines = reply.code === undefined ? undefined : this.#lines
    const log = lines === undefined ? this.#logUnless(isTaken) : undefined
    const isRecorded = records.hasSubscribers
    const isReported = hooks.length > 0 || failure !== undefined || isHeard || isRecorded
    if (!isReported && log === undefined && lines === undefined) return reply
    const report = toReport()
    lines?.delivery(report, failure?.error)
    for (const hook of hooks)
      this.#outlive(
        runHook('onReject', () => hook(report)),
        incoming,
      )
    if (failure) this.error(failure.error, report, incoming)
    log?.delivery(report)
    void runHook('a subscriber', () => publish(report))
    if (isRecorded) publishToRecords(report, head?.headers, receiver)
    return reply
  }

  counts(): Counts {
    return { outcomes: { ...this.#outcomes }, codes: { ...this.#codes } }
  }

  #count({ outcome, code }: Reply): void {
    this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1
    if (code !== undefined) this.#codes[code] = (this.#codes[code] ?? 0) + 1
  }

  // A hook may go on after the answer, as one that writes to a log over the network.
  #outlive(hookWork: Promise<unknown> | undefined, incoming: IncomingDelivery | undefined): void {
    if (hookWork === undefined) return
    const watched = this.background.track(hookWork)
    if (incoming)
      keepAlive(
        () => watched,
        incoming,
        (error) => printError(`sallyport: ${this.#name}:`, error),
      )
  }

  // What a hook or a channel gets is theirs to print.
  #logUnless(isTaken: boolean): DeliveryLog | undefined {
    return isTaken && this.#log?.isAsked !== true ? undefined : this.#log
  }
}

function publish(report: DeliveryReport): void {
  if (deliveries.hasSubscribers) deliveries.publish(report)
  if (report.code !== undefined && refusals.hasSubscribers) refusals.publish(report)
}

// A record takes nothing from the log: it prints no line.
function publishToRecords(report: DeliveryReport, headers: HeaderList | undefined, receiver: object): void {
  const headerNames = report.code === undefined ? [] : (headers?.names() ?? [])
  records.publish({ report, headerNames, receiver } satisfies RecordMessage)
}
