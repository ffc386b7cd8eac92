import { crc32 } from 'node:zlib'
import { isPlainObject } from '../bundle/read-text.ts'
import type { Reading } from '../bundle/reading.ts'
import { FleetError } from '../fleet-error.ts'
import type { ArchiveContent, ArchiveFile } from '../zip/archive.ts'
import { readEntryName } from '../zip/entry-name.ts'
import { createNameRegister, type NameRegister } from '../zip/unique-names.ts'
import * as z from 'zod'

// `z.looseObject` would leave out a file named `__proto__`.
const Entries = z.custom<Readonly<Record<string, unknown>>>(isPlainObject)
const Answer = z.looseObject({ commit_hash: z.string().min(1), files: Entries.nullish() })

/** A commit as LangSmith answers it, its files not yet checked. */
export interface PulledCommit {
  readonly hash: string
  /** Entries by path. */
  readonly entries: readonly (readonly [path: string, entry: unknown])[]
}

/** @throws FleetError `PULL_INVALID` when the answer is not as documented */
export function readAnswer(answer: unknown): PulledCommit {
  const result = Answer.safeParse(answer)
  if (result.success) return { hash: result.data.commit_hash, entries: Object.entries(result.data.files ?? {}) }
  const place = result.error.issues[0]?.path.join('.')
  throw new FleetError('PULL_INVALID', { detail: `${place || 'the answer'} is missing or of another type` })
}

const Entry = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('file'), content: z.string() }),
  z.looseObject({ type: z.literal('agent') }),
  z.looseObject({ type: z.literal('skill') }),
])

/**
 * The files of a commit, by the rules for entries of an archive. LangSmith puts the files of a linked agent or skill below
 * the link's path, so a link is a folder here; one without files would be missing from the agent.
 *
 * @param prefix folder that the files belong to; empty, or with a trailing slash
 * @throws FleetError with the code of the broken rule
 */
export async function readEntries(
  entries: PulledCommit['entries'],
  prefix: string,
  reading: Reading,
): Promise<ArchiveContent> {
  const { limits } = reading
  if (entries.length > limits.maxEntries) throw new FleetError('TOO_MANY_ENTRIES')
  const names = createNameRegister(limits.maxEntries)
  const files: ArchiveFile[] = []
  const links: string[] = []
  let total = 0
  for (const [key, value] of entries) {
    const path = readPath(prefix + key)
    const { success, data: entry } = Entry.safeParse(value)
    if (!success) throw new FleetError('ENTRY_KIND', { path })
    addName(names, path, entry.type !== 'file')
    if (entry.type !== 'file') {
      links.push(path)
      continue
    }
    const bytes = toBytes(path, entry.content, limits.maxFileBytes)
    total += bytes.length
    if (total > limits.maxTotalBytes) throw new FleetError('TOTAL_TOO_LARGE')
    files.push({ path, bytes, crc: crc32(bytes) })
    if (reading.isDue(bytes.length)) await reading.pause()
  }
  const folders = new Set(files.flatMap(({ path }) => foldersOf(path)))
  const unresolved = links.find((link) => !folders.has(link))
  if (unresolved !== undefined) throw new FleetError('LINK_UNRESOLVED', { path: unresolved })
  return { files, directories: links }
}

/** Every folder above a file. */
function foldersOf(path: string): string[] {
  const segments = path.split('/')
  return segments.slice(1).map((_, index) => segments.slice(0, index + 1).join('/'))
}

function addName(names: NameRegister, path: string, isDirectory: boolean): void {
  if (path.endsWith('/')) throw new FleetError('ENTRY_KIND', { path })
  names.add(path, isDirectory)
}

function readPath(key: string): string {
  // Half a surrogate pair would become another character in UTF-8.
  if (!key.isWellFormed()) throw new FleetError('NAME_NOT_UTF8', { path: key.toWellFormed() })
  return readEntryName(Buffer.from(key), true, true)
}

function toBytes(path: string, content: string, maxFileBytes: number): Buffer {
  // A character takes at least one byte, so this spares the encoding of what is too long anyway.
  if (content.length > maxFileBytes) throw new FleetError('FILE_TOO_LARGE', { path })
  if (!content.isWellFormed()) throw new FleetError('TEXT_NOT_UTF8', { path })
  const bytes = Buffer.from(content)
  if (bytes.length > maxFileBytes) throw new FleetError('FILE_TOO_LARGE', { path })
  return bytes
}
