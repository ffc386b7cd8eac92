import { clipVisible } from '../errors/visible-text.ts'
import { failOption } from '../options/check-options.ts'
import { didYouMean } from '../options/suggest.ts'
import { showGiven } from '../options/show-given.ts'
import { isRejection, tryRead } from '../errors/sallyport-error.ts'
import type { WebhookEvent } from '../verify/event.ts'
import type { Provider } from '../verify/provider.ts'
import type { EventHandler, HandlerContext } from './handler-context.ts'
import { isPromise } from '../verify/verdict.ts'
import { checkHandler } from './check-receiver.ts'
import { acknowledge, readReply, type ProblemDetails, type Reply } from './reply.ts'

type Handler = EventHandler<WebhookEvent>

/** The handlers of one receiver. */
export class HandlerTable {
  readonly #provider: Provider
  readonly #byType = new Map<string, Handler[]>()
  readonly #any: Handler[] = []
  readonly #unknown: Handler[] = []

  constructor(provider: Provider) {
    this.#provider = provider
  }

  /** @throws SallyportError `OPTION_INVALID` for a type the provider does not declare */
  add(type: string, handler: Handler): void {
    const { name, events } = this.#provider
    if (typeof type !== 'string' || !Object.hasOwn(events, type)) {
      const typed = typeof type === 'string' ? `"${clipVisible(type, 80)}"` : showGiven(type)
      const advice = typeof type === 'string' ? didYouMean(type, Object.keys(events)) : 'Pass one type as a string.'
      failOption(`${name}: no event type ${typed}. ${advice} Declare other types with withEvents(provider, { … }).`)
    }
    checkHandler(name, `the handler of "${type}"`, handler)
    this.#byType.set(type, [...(this.#byType.get(type) ?? []), handler])
  }

  addAny(handler: Handler): void {
    checkHandler(this.#provider.name, 'the handler of onAny', handler)
    this.#any.push(handler)
  }

  addUnknown(handler: Handler): void {
    checkHandler(this.#provider.name, 'the handler of onUnknown', handler)
    this.#unknown.push(handler)
  }

  /** Handlers for an event type, in the order they run: those of the type, then those for any. */
  for(type: string): readonly Handler[] {
    if (!Object.hasOwn(this.#provider.events, type)) return this.#unknown
    return [...(this.#byType.get(type) ?? []), ...this.#any]
  }

  /** Event types with a handler. */
  get types(): string[] {
    return [...this.#byType.keys()]
  }

  get isEmpty(): boolean {
    return this.#byType.size + this.#any.length + this.#unknown.length === 0
  }
}

/**
 * Runs handlers one after another. The first to throw stops the rest, and the sender's retry starts from the first again.
 * The first reply that a handler returns is the answer.
 */
export async function dispatch(
  handlers: readonly Handler[],
  event: WebhookEvent,
  context: HandlerContext,
): Promise<Reply> {
  let reply: Reply | undefined
  for (let index = 0; index < handlers.length; index++) {
    const returned = handlers[index]!(event, context)
    // Awaited on a line of its own: `??=` skips what is on its right once there is a reply.
    const settled = isPromise(returned) ? await returned : returned
    reply ??= readReply(settled)
  }
  return reply ?? acknowledge('handled')
}

/** How a handler rejects an event for good; `undefined` when what it threw has no reason for the sender. */
export function readRejection(error: unknown): ProblemDetails | undefined {
  if (!isRejection(error)) return undefined
  const status: unknown = tryRead(() => error.status, undefined)
  const detail: unknown = tryRead(() => error.reason, undefined)
  // Altered, it must not become another answer: neither a 2xx nor one that cannot be sent.
  const isSound = Number.isInteger(status) && (status as number) >= 400 && (status as number) <= 499
  return { status: isSound ? (status as number) : undefined, detail: typeof detail === 'string' ? detail : undefined }
}
