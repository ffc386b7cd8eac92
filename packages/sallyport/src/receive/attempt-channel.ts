import { tracingChannel } from 'node:diagnostics_channel'
import { isPermanent } from '../errors/sallyport-error.ts'
import type { Attempt, InboxEvent } from './inbox.ts'
import type { EventName } from './store-channel.ts'
import { readTraceContext, type TraceContext } from './trace-context.ts'
import { runTraced, TracedWork } from './traced-work.ts'

/** Name of the `tracingChannel` of `node:diagnostics_channel` around one attempt of a stored event; its messages are `AttemptMessage`s. */
export const attemptChannel = 'sallyport:attempt'

/**
 * One run of a stored event's handlers. A failed one has the error that a handler threw, as `error`: it may repeat content.
 *
 * @example
 * tracingChannel(attemptChannel).start.subscribe((message) => {
 *   ;(message as AttemptMessage).around((work) => storage.run({ id: randomUUID() }, work))
 * })
 */
export class AttemptMessage extends TracedWork {
  readonly event: EventName
  /** 1 for the first. */
  readonly attempt: number
  /** Whether a failure moves the event to the dead letters. */
  readonly isLast: boolean
  /** Stored with the event by a subscriber of `storeChannel`. */
  readonly traceContext: TraceContext | undefined
  /** How the attempt ended; set before it ends. `ignored` where no handler is for the type. */
  outcome: 'handled' | 'ignored' | 'retried' | 'dead' | undefined

  constructor({ key, provider, type, id, tenant, traceContext }: InboxEvent, { number, isLast }: Attempt) {
    super()
    this.event = { key, provider, type, id, tenant }
    this.attempt = number
    this.isLast = isLast
    this.traceContext = readTraceContext(traceContext)
  }
}

const attempts = tracingChannel<unknown, TracedWork>(attemptChannel)

/** Runs the handlers of an event. @param work resolves to how they ended */
export async function runAttempt(
  event: InboxEvent,
  attempt: Attempt,
  work: () => Promise<'handled' | 'ignored'>,
): Promise<void> {
  if (!attempts.hasSubscribers) return void (await work())
  const message = new AttemptMessage(event, attempt)
  await runTraced(attempts, message, async () => {
    try {
      message.outcome = await work()
    } catch (error) {
      message.outcome = attempt.isLast || isPermanent(error) ? 'dead' : 'retried'
      throw error
    }
  })
}
