/** What is noted in memory, by name, until the next write. */
export interface Notes<Note> {
  /** The note of a name, made unless there is one; `undefined` while there are too many. It is written within a second. */
  find(name: string, create: () => Note): Note | undefined
  /** Writes what is noted, as far as the store takes it, and writes no more by itself. */
  stop(): Promise<void>
}

const writeEveryMs = 1_000
// More in a second than one process has, unless the store takes nothing.
const mostNotes = 10_000
const mostAtOnce = 500

/**
 * Makes notes that are written every second, however often each changes: a write per change would cost a sync of the disk.
 *
 * @param write adds some notes to the store; those that fail go with the next round
 * @param addOlder adds a note that could not be written to a newer one of its name
 */
export function writeEachSecond<Note>(
  write: (notes: readonly Note[]) => Promise<unknown>,
  addOlder: (newer: Note, older: Note) => void,
): Notes<Note> {
  let notes = new Map<string, Note>()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let isStopped = false

  function plan(): void {
    if (notes.size > 0 && !isStopped) timer ??= setTimeout(flush, writeEveryMs).unref()
  }

  function flush(): void {
    timer = undefined
    writing ??= writeAll().finally(() => {
      writing = undefined
      plan()
    })
  }

  async function writeAll(): Promise<void> {
    const all = [...notes]
    notes = new Map()
    for (let start = 0; start < all.length; start += mostAtOnce) {
      const some = all.slice(start, start + mostAtOnce)
      await write(some.map(([, note]) => note)).catch(() => some.forEach(putBack))
    }
  }

  function putBack([name, older]: [string, Note]): void {
    const newer = notes.get(name)
    if (newer !== undefined) addOlder(newer, older)
    else if (notes.size < mostNotes) notes.set(name, older)
  }

  return {
    find(name, create) {
      let note = notes.get(name)
      if (note === undefined && notes.size < mostNotes) {
        note = create()
        notes.set(name, note)
      }
      plan()
      return note
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await writing
      await writeAll()
    },
  }
}
