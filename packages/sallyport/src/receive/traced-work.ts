import type { TracingChannel } from 'node:diagnostics_channel'
import { printError } from '../errors/print-error.ts'

/** Runs work inside something, such as an active span. It must call `work` before it returns, and once. */
export type Around = (work: () => Promise<unknown>) => Promise<unknown>

/** A message of a `tracingChannel` whose work a subscriber can run inside a context of its own. */
export class TracedWork {
  readonly #arounds: Around[] = []

  /**
   * Runs the work inside this function; call it from a `start` subscriber. The first to be added is the outermost. A failure of
   * the function changes nothing: the work runs once, and its own result counts.
   */
  around(run: Around): void {
    this.#arounds.push(run)
  }

  /** Runs work inside all that was added. */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    let result: Promise<Result> | undefined
    const begin = (): Promise<Result> => (result ??= work())
    const outermost = this.#arounds.reduceRight<() => Promise<unknown>>((inner, around) => () => around(inner), begin)
    const surrounded = settle(start(outermost))
    const own = begin()
    void reportOther(settle(own), surrounded)
    return own
  }
}

/** Publishes work to the subscribers of a channel while it runs. */
export function runTraced<Result>(
  channel: TracingChannel<unknown, TracedWork>,
  message: TracedWork,
  work: () => Promise<Result>,
): Promise<Result> {
  return channel.tracePromise(() => message.run(work), message)
}

function start(run: () => Promise<unknown>): Promise<unknown> {
  try {
    return run()
  } catch (error) {
    return Promise.reject(error)
  }
}

/** What a promise was rejected with. A box, because that may be `undefined`. */
interface Rejection {
  readonly error: unknown
}

function settle(work: Promise<unknown>): Promise<Rejection | undefined> {
  return Promise.resolve(work).then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
}

// A failure of the work itself passes through what runs around it, and is reported elsewhere.
async function reportOther(
  own: Promise<Rejection | undefined>,
  surrounded: Promise<Rejection | undefined>,
): Promise<void> {
  const [failure, other] = await Promise.all([own, surrounded])
  if (other && !(failure && failure.error === other.error))
    printError('sallyport: a function passed to around() failed:', other.error)
}
