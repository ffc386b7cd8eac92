import type { InboxEvent } from '../../receive/inbox.ts'
import type { EventNames } from '../engine.ts'
import { namesKey } from './keys.ts'
import type { OpenQueue } from './open.ts'

// Senders choose types.
const mostNames = 1_000
const longestName = 1_000
export const noteEveryMs = 3_600_000

/** Notes the providers and types that are stored. */
export interface NameLog {
  note(batch: readonly InboxEvent[], answers: readonly ('stored' | 'duplicate')[]): void
  /** Resolves when everything noted is written, or could not be. */
  stop(): Promise<void>
}

/** Makes the log. It writes a name once an hour at most, beside the call that stored the event. */
export function createNameLog({ redis, toKey }: OpenQueue): NameLog {
  const noted = new Map<string, number>()
  const writing = new Set<Promise<unknown>>()

  async function write(names: readonly string[], now: number): Promise<void> {
    const key = toKey(namesKey)
    try {
      const hasRoom = (await redis.zcard(key)) < mostNames
      await redis.zadd(key, ...(hasRoom ? [] : (['XX'] as const)), ...names.flatMap((name) => [now, name]))
    } catch {
      // The next event with that name tries again.
      for (const name of names) noted.delete(name)
    }
  }

  return {
    note(batch, answers) {
      const now = Date.now()
      const names = new Set<string>()
      for (const [index, { provider, type }] of batch.entries()) {
        if (answers[index] !== 'stored') continue
        const name = toName(provider, type)
        if (name.length > longestName || Math.abs(now - (noted.get(name) ?? -Infinity)) < noteEveryMs) continue
        if (!noted.has(name) && noted.size >= mostNames) continue
        noted.set(name, now)
        names.add(name)
      }
      if (names.size === 0) return
      const step = write([...names], now).finally(() => writing.delete(step))
      writing.add(step)
    },
    async stop() {
      await Promise.all(writing)
    },
  }
}

export const toName = (provider: string, type: string): string => JSON.stringify([provider, type])

/** Names of events that were stored within the retention. */
export async function readNames({ redis, toKey }: OpenQueue): Promise<EventNames> {
  const members = await redis.zrange(toKey(namesKey), 0, String(mostNames - 1))
  const types = members.map((member) => {
    const [provider, type] = JSON.parse(member) as [string, string]
    return { provider, type }
  })
  const providers = [...new Set(types.map(({ provider }) => provider))].toSorted()
  return { providers, types, isComplete: members.length < mostNames }
}
