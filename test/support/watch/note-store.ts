import { InboxError, type MinuteCount } from 'sallyport/inbox'
import type { WatchedInbox } from 'sallyport/watch'

/** A store in memory that a test steers; processes that share it see the same notes. */
export interface SteeredStore {
  /** What one process sees, until it dies. */
  connect(): WatchedInbox & { die(): void }
  dead: number
  oldestPendingMs: number | undefined
  minutes: readonly MinuteCount[]
  /** Whether the store answers. */
  isUp: boolean
  readonly notes: Map<string, string>
}

/** Makes one. */
export function createSteeredStore(): SteeredStore {
  const notes = new Map<string, string>()
  const store: SteeredStore = {
    dead: 0,
    oldestPendingMs: undefined,
    minutes: [],
    isUp: true,
    notes,
    connect() {
      let isAlive = true
      async function answer<Value>(value: () => Value): Promise<Value> {
        await Promise.resolve()
        if (!isAlive || !store.isUp) throw new InboxError('INBOX_UNAVAILABLE')
        return value()
      }
      return {
        name: 'a store',
        stats: () =>
          answer(() => ({
            counts: { pending: 0, active: 0, done: 0, dead: store.dead },
            oldestPendingMs: store.oldestPendingMs,
          })),
        minutes: () => answer(() => store.minutes),
        readNote: (name) => answer(() => notes.get(name)),
        writeNote: (name, text, before) =>
          answer(() => {
            if (notes.get(name) !== before) return false
            notes.set(name, text)
            return true
          }),
        die() {
          isAlive = false
        },
      }
    },
  }
  return store
}
