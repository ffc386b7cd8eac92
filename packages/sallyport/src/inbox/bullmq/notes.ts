import { notesKey } from './keys.ts'
import type { OpenQueue } from './open.ts'
import { runScript } from './scripts.ts'

/** A named text. */
export async function readNote({ redis, toKey }: OpenQueue, name: string): Promise<string | undefined> {
  return (await redis.hget(toKey(notesKey), name)) ?? undefined
}

/** Writes a named text that still is as it was before; resolves to whether it did. */
export async function writeNote(
  { redis, toKey }: OpenQueue,
  name: string,
  text: string,
  before: string | undefined,
): Promise<boolean> {
  const isNew = before === undefined ? 'new' : 'known'
  return (await runScript(redis, toKey, 'writeNote', notesKey, name, text, isNew, before ?? '')) === 1
}
