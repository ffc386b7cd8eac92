import * as z from 'zod'
import { readSmallFile, replaceFile } from '../disk/files.ts'
import type { Folder } from '../disk/folder.ts'
import { commitSchema, publisherSchema } from './manifest.ts'
import { isDigest } from './plan.ts'

const fileName = 'history.json'
const mostBytes = 4 * 1024 * 1024
const mostEntries = 500

const entrySchema = z.object({
  digest: z.string().refine(isDigest),
  deployedAt: z.string(),
  agent: z.string().optional(),
  action: z.string().optional(),
  publisher: publisherSchema.optional(),
  commit: commitSchema.optional(),
})
const fileSchema = z.object({ format: z.literal(1), entries: z.array(entrySchema) })

/** One deployment that was made, or was about to be made when its process died. */
export type HistoryEntry = z.output<typeof entrySchema>

/**
 * Which digests were current, oldest first. `current` marks the position: entries after the last one of the current digest
 * were rolled back, or never became current. So a switch, forward or back, is one step on disk, and the history is right
 * whether the process is killed before or after it.
 */
export type History = readonly HistoryEntry[]

/** Reads the history. One that is missing or damaged counts as empty; only the order is lost. */
export async function readHistory(folder: Folder): Promise<History> {
  const text = await readSmallFile(folder, fileName, mostBytes)
  if (text === undefined) return []
  try {
    return fileSchema.parse(JSON.parse(text)).entries
  } catch {
    return []
  }
}

export async function writeHistory(folder: Folder, entries: History): Promise<void> {
  const file = { format: 1, entries: entries.slice(-mostEntries) } satisfies z.input<typeof fileSchema>
  await replaceFile(folder, fileName, `${JSON.stringify(file, undefined, 2)}\n`)
}

/** The history up to the last entry of the current digest. */
export function upTo(history: History, current: string | undefined): History {
  const position = history.findLastIndex(({ digest }) => digest === current)
  return position === -1 && current !== undefined ? history : history.slice(0, position + 1)
}

/** The digest that was current before `current` and still exists. */
export function findPrevious(
  history: History,
  current: string | undefined,
  exists: (digest: string) => boolean,
): string | undefined {
  return upTo(history, current).findLast(({ digest }) => digest !== current && exists(digest))?.digest
}
