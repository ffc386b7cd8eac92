import { SallyportError } from '../errors/sallyport-error.ts'

/** Every code a watch reports to `onError`: what it means, and what to do. */
export const watchErrorCodes = {
  WATCH_RULE_FAILED: ['A rule could not be checked', 'Leave the rule out, or set up what it reads.'],
  WATCH_NOT_SENT: ['A notice was not sent', 'Check the address and the network; it is sent again at the next check.'],
  WATCH_STATE_UNREADABLE: [
    'The state of the watch cannot be read',
    'Update sallyport, or give the watch another name.',
  ],
} as const satisfies Record<string, readonly [title: string, fix: string]>

/** A stable code of a watch; see `docs/operations/alerts.md`. */
export type WatchErrorCode = keyof typeof watchErrorCodes

/**
 * What a watch reports. The message never holds a secret, a path of a URL or anything of an event.
 *
 * @example
 * watch(inbox, { notify, onError: (error) => { if (WatchError.is(error)) log.warn(error.code, error.message) } })
 */
export class WatchError extends SallyportError<WatchErrorCode> {
  override readonly name = 'WatchError'

  constructor(code: WatchErrorCode, detail: string) {
    const [title, fix] = watchErrorCodes[code]
    super(code, `${title}: ${detail}`, { title, fix })
  }

  /** Whether `value` is a `WatchError`, also one from another copy of this package. */
  static override is(value: unknown): value is WatchError {
    return SallyportError.is(value) && Object.hasOwn(watchErrorCodes, value.code)
  }
}
