import type { Reply } from 'sallyport'

/** The outcome of one notification, without its content. */
export interface NotificationOutcome {
  /** The notification's id. */
  readonly id: string
  /** The event type it was delivered as. */
  readonly type: string
  /** `unhandled`: the receiver has no handler for the type, so nothing was delivered. */
  readonly outcome: Reply['outcome'] | 'unhandled'
  /** Error code of the receiver, for `refused` and `failed`. */
  readonly code?: Reply['code'] | undefined
  /** Whether it was consumed at the platform. */
  readonly consumed: boolean
}

/** What the poller does with a notification after an outcome. */
export type Next = 'consume' | 'leave' | 'try again'

/** Decides what to do next. Only a handled or stored event is consumed; a receiver's own failure is retried. */
export function nextAfter({ outcome, status }: Reply): Next {
  if (outcome === 'refused') return status === 503 || status === 408 ? 'try again' : 'leave'
  if (outcome === 'failed') return 'try again'
  return 'consume'
}
