import type { WatchedInbox } from './watched.ts'
import { emptyState, type WatchState } from './state.ts'
import { readState } from './state-format.ts'
import { WatchError } from './watch-error.ts'

/** Where the state of a watch is kept. */
export interface StateStore {
  /**
   * Changes the state in one atomic step; resolves to the new one. `change` is called again where another process was faster,
   * and may return the state as it is.
   *
   * @throws WatchError `WATCH_STATE_UNREADABLE`; what the store throws
   */
  change(change: (state: WatchState) => WatchState): Promise<WatchState>
}

/** A store that keeps notes. */
export type NoteStore = Required<Pick<WatchedInbox, 'readNote' | 'writeNote'>>

/** Keeps it in a note of an inbox, so that it survives restarts and processes share it. */
export function createNoteState(inbox: NoteStore, name: string, now: () => number): StateStore {
  return {
    async change(change) {
      for (;;) {
        const before = await inbox.readNote(name)
        const state = before === undefined ? emptyState(now()) : parse(before, name)
        const after = change(state)
        const text = JSON.stringify(after)
        if (text === before || (await inbox.writeNote(name, text, before))) return after
      }
    },
  }
}

/** Keeps it in memory: each process has its own, and forgets it. */
export function createMemoryState(now: () => number): StateStore {
  let state = emptyState(now())
  return {
    change: async (change) => (state = change(state)),
  }
}

function parse(text: string, name: string): WatchState {
  const state = readState(text)
  // Starting over would raise everything again, and lose what a newer version keeps there.
  if (state === undefined) throw new WatchError('WATCH_STATE_UNREADABLE', `the note "${name}" has another format`)
  return state
}

/** Whether an inbox can keep the state. */
export function keepsNotes(inbox: WatchedInbox): inbox is WatchedInbox & NoteStore {
  return inbox.readNote !== undefined && inbox.writeNote !== undefined
}
