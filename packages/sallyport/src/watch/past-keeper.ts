import type { Past } from './past.ts'
import type { WatchedInbox } from './watched.ts'

/** How often the past is written, where a store keeps it: an inbox itself counts the minutes of seven days. */
export const writePastEveryMs = 3_600_000

/** Where a past is kept beside the state. */
export type PastNotes = Required<Pick<WatchedInbox, 'readNote' | 'writeNote'>> | undefined

/** Reads and writes the past; the store of the state is asked first, and its failure is the caller's. */
export interface PastKeeper {
  load(): Promise<void>
  /** Writes it, if that is due. */
  save(now: number): Promise<void>
}

export function createPastKeeper(past: Past, notes: PastNotes, name: string): PastKeeper {
  let isLoaded = notes === undefined
  let savedAt = -Infinity

  return {
    async load() {
      if (isLoaded) return
      const text = await notes!.readNote(name)
      // What cannot be read is read from the inbox again, as far as it goes back.
      if (text !== undefined)
        try {
          past.addText(text)
        } catch {
          savedAt = -Infinity
        }
      isLoaded = true
    },
    async save(now) {
      if (notes === undefined || Math.abs(now - savedAt) < writePastEveryMs) return
      const before = await notes.readNote(name)
      // Another process that was faster wrote the same.
      await notes.writeNote(name, past.toText(), before)
      savedAt = now
    },
  }
}
