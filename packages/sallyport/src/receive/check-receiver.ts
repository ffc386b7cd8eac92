import { allow } from '../options/allow.ts'
import { failOption } from '../options/check-options.ts'
import { isPlain, showGiven } from '../options/show-given.ts'
import { isProvider } from '../verify/check-provider.ts'

const receives = allow.having('a receiver', 'receive')

/**
 * Checks the first argument of what takes a receiver.
 *
 * @param options a second argument, where there is none: a receiver has its options already
 * @throws SallyportError `OPTION_INVALID`
 */
export function checkReceiver(place: string, receiver: unknown, options?: unknown): void {
  if (!receives.accepts(receiver)) failOption(`${place}: ${describeMistake(place, receiver)}`)
  // Only an object: `receivers.map(webhook)` passes an index.
  if (typeof options === 'object' && options !== null && isPlain(options))
    failOption(`${place}: it takes no options; pass them to createReceiver`)
}

function describeMistake(place: string, value: unknown): string {
  if (isProvider(value))
    return `this is the provider "${value.name}", not a receiver; pass createReceiver(provider, { secret })`
  return `the receiver must be what createReceiver returns, not ${showGiven(value)}; call ${place}(receiver)`
}

/** The receivers of what `anyOf` returned; none of anything else. */
export function listSenders(value: object): readonly object[] {
  return 'receivers' in value && allow.record.accepts(value.receivers) ? Object.values(value.receivers as object) : []
}

/**
 * Checks what is called for events.
 *
 * @param what names it, as `the handler of "order.paid"`
 * @throws SallyportError `OPTION_INVALID`
 */
export function checkHandler(place: string, what: string, handler: unknown): void {
  if (typeof handler === 'function') return
  const advice = allow.having('', 'then').accepts(handler) ? '; pass the function, do not call it' : ''
  const given = advice === '' ? showGiven(handler) : 'a promise'
  failOption(`${place}: ${what} must be a function, not ${given}${advice}`)
}
