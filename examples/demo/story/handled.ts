import { setTimeout as wait } from 'node:timers/promises'
import type { HandledEvent, StoryServer } from './server.ts'

const patienceMs = 20_000

/** What was handled since there were so many, once nothing waits in the inbox. */
export async function handledSince({ inbox, handled }: StoryServer, count: number): Promise<readonly HandledEvent[]> {
  const end = performance.now() + patienceMs
  for (;;) {
    const { counts } = await inbox.stats()
    if (counts.pending + counts.active === 0) return handled.slice(count)
    if (performance.now() > end) throw new Error(`the inbox still holds ${counts.pending + counts.active} events`)
    await wait(10)
  }
}
