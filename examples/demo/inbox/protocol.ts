import type { EventState } from 'sallyport/inbox'

/** Runs in all, of an event whose handler fails. */
export const attempts = 4

/** How often the handler fails for the event that it fails for at first. */
export const failingRuns = 2

/** What a server is started with. */
export interface InboxServerOptions {
  /** The inbox's. */
  readonly file: string
  /** To which the handler appends a line for each event: its effect on the world. */
  readonly journal: string
  readonly secret: string
  /** 0 takes a free one. */
  readonly port: number
  /** Whether the handler copes with the event that it failed for. */
  readonly isMended: boolean
}

/** What the demo asks of a server. */
export interface InboxQuestion {
  readonly ask: 'counts' | 'events' | 'replay'
}

/** An event as the inbox lists it. */
export interface SeenEvent {
  readonly state: EventState
  readonly runs: number
  readonly error?: string
}

export type Counts = Readonly<Record<EventState, number>>
