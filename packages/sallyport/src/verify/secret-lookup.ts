import { SallyportError } from '../errors/sallyport-error.ts'
import type { Delivery, DeliveryHead } from './delivery.ts'
import type { SecretResolver, Secrets, TenantSecrets } from './secrets.ts'

/** How long a lookup of secrets may take, and where one goes that takes longer. */
export interface LookupLimits {
  /** Milliseconds. */
  readonly secretTimeoutMs: number
  /** Gets the work of a lookup that is late; it never rejects. @default nothing watches it */
  readonly onLate?: ((work: Promise<unknown>) => void) | undefined
}

/** Asks a secret function, within limits. @throws SallyportError `SECRET_RESOLVER_FAILED` */
export type Lookup = (delivery: DeliveryHead & Partial<Delivery>) => Promise<Secrets | TenantSecrets | undefined>

// Deliveries of anybody wait for a lookup, each with its body.
const mostAtWork = 100
const mostBytes = 128 * 1024 * 1024
// A lookup that never ends must not take a place for good: the store it hangs on may be back long ago.
const timesUntilForgotten = 10

/** A call that is running. */
interface Place {
  /** Of the delivery that waits for it. */
  bytes: number
  /** When it is forgotten at the latest, in milliseconds of `performance.now`. */
  readonly until: number
}

/**
 * Bounds a secret function in time, in number and in bytes. Nobody has proven anything yet, so a function that hangs must not let
 * deliveries pile up in memory: each gets its answer when the time is up, and the body is taken from the function.
 */
export function createLookup(resolver: SecretResolver, provider: string, limits: LookupLimits): Lookup {
  const { secretTimeoutMs, onLate } = limits
  const places = new Set<Place>()
  let bytesHeld = 0

  return async (delivery) => {
    const size = delivery.body?.byteLength ?? 0
    const now = performance.now()
    forgetLost(now)
    if (places.size >= mostAtWork)
      throw failed(`${mostAtWork} calls of it are running already; find out why they do not end`)
    // One alone may be larger.
    if (bytesHeld > 0 && bytesHeld + size > mostBytes)
      throw failed(`bodies of ${bytesHeld} bytes wait for it already; find out why its calls do not end`)
    const place: Place = { bytes: size, until: now + timesUntilForgotten * secretTimeoutMs }
    places.add(place)
    bytesHeld += size
    const asked: DeliveryHead & { body?: Uint8Array } = { ...delivery }
    const ending = new AbortController()
    const work = ask(asked, ending.signal)
    const leave = (): void => forget(place)
    work.then(leave, leave)
    try {
      return await within(work)
    } catch (cause) {
      throw cause === isLate
        ? failed(`it took longer than secretTimeoutMs, ${secretTimeoutMs} ms`)
        : failed(undefined, cause)
    } finally {
      release(place)
    }

    function within<Answer>(answer: Promise<Answer>): Promise<Answer> {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          reject(isLate)
          delete asked.body
          ending.abort()
          onLate?.(work.then(nothing, nothing))
        }, secretTimeoutMs)
        answer.finally(() => clearTimeout(timer)).then(resolve, reject)
      })
    }
  }

  // A function, so that one that throws at once rejects like any other.
  async function ask(delivery: DeliveryHead & Partial<Delivery>, signal: AbortSignal) {
    return resolver(delivery, { signal })
  }

  // Not by a timer: some hosts end the timers of a request with it. The oldest come first.
  function forgetLost(now: number): void {
    for (const place of places) {
      if (place.until > now) return
      forget(place)
    }
  }

  function forget(place: Place): void {
    places.delete(place)
    release(place)
  }

  function release(place: Place): void {
    bytesHeld -= place.bytes
    place.bytes = 0
  }

  function failed(why: string | undefined, cause?: unknown): SallyportError {
    const message = `${provider}: the secret function failed${why === undefined ? '' : `: ${why}`}`
    return new SallyportError('SECRET_RESOLVER_FAILED', message, why === undefined ? { cause } : {})
  }
}

const isLate = Symbol('late')
const nothing = (): void => {}
