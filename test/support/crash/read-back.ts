import { readFileSync } from 'node:fs'
import { createSqliteEngine, type StoredEvent } from 'sallyport/inbox'

/** How often each event was handled, by its id. */
export function readJournal(journal: string): Map<string, number> {
  const times = new Map<string, number>()
  let text = ''
  try {
    text = readFileSync(journal, 'utf8')
  } catch {
    // Nothing was handled yet.
  }
  for (const id of text.split('\n').filter(Boolean)) times.set(id, (times.get(id) ?? 0) + 1)
  return times
}

/** The content of a store that no process uses, by event id. */
export async function readStore(path: string): Promise<Map<string, StoredEvent>> {
  const engine = createSqliteEngine({ path })
  await engine.start()
  try {
    const known = new Map<string, StoredEvent>()
    let after: string | undefined
    do {
      const page = await engine.list({ limit: 1_000, after })
      for (const event of page.events) known.set(event.id, event)
      after = page.next
    } while (after !== undefined)
    return known
  } finally {
    await engine.stop({ drainMs: 0 })
  }
}

/** Acknowledged events that are missing in the store, or dead. */
export function findLost(acknowledged: ReadonlySet<string>, store: ReadonlyMap<string, StoredEvent>): string[] {
  return [...acknowledged].filter((id) => !['done', 'pending', 'active'].includes(store.get(id)?.state ?? 'missing'))
}
