import type { Reply } from 'sallyport'

/** What became of one notification; nothing of its content. */
export interface NotificationOutcome {
  /** Of the notification. */
  readonly id: string
  /** Event type it was handed on as. */
  readonly type: string
  /** `unhandled`: the receiver has no handler for the type, so it was not given one. */
  readonly outcome: Reply['outcome'] | 'unhandled'
  /** Error code of the receiver, for `refused` and `failed`. */
  readonly code?: Reply['code']
  /** Whether the platform was told that it is done. */
  readonly consumed: boolean
}

/** What is to be done about a notification after an outcome. */
export type Next = 'consume' | 'leave' | 'try again'

/** Only what is handled, or durably kept, is done with; a failure on our side is worth another look. */
export function nextAfter({ outcome, status }: Reply): Next {
  if (outcome === 'refused') return status === 503 || status === 408 ? 'try again' : 'leave'
  if (outcome === 'failed') return 'try again'
  return 'consume'
}
