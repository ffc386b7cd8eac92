import { listSenders } from '../receive/check-receiver.ts'

// Receivers and inboxes of a process that shuts down: what looks at their health has no other link to what closes the server.
const draining = new WeakSet<object>()

/** Marks receivers, their inboxes, or inboxes: they shut down, and are no longer ready. */
export function markDraining(...parts: readonly object[]): void {
  for (const part of parts) {
    draining.add(part)
    markDraining(...listSenders(part))
  }
}

/** Whether a receiver or an inbox shuts down. */
export function isDraining(part: object): boolean {
  return draining.has(part)
}

/** What `anyOf` made, or one receiver, as the receivers it is made of. */
export function toSingleReceivers<R extends object>(receivers: readonly R[]): readonly R[] {
  return receivers.flatMap((receiver) => {
    const senders = listSenders(receiver)
    return senders.length > 0 ? (senders as readonly R[]) : [receiver]
  })
}
