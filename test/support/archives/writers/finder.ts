import { agentFiles, foldersOf } from '../agent-folder.ts'
import { concat, extraRecord, noise } from '../bytes.ts'
import { buildZip } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import type { Writer } from './writer.ts'

// Access and modification time, as macOS adds them; owner and group only in local headers.
const times = new Uint8Array(8)
const owned: Partial<EntryPlan> = {
  host: 3,
  local: ({ extra }) => ({ extra: concat(extra, extraRecord(0x5855, concat(times, new Uint8Array(4)))) }),
  central: ({ extra }) => ({ madeBy: 21, extra: concat(extra, extraRecord(0x5855, times)) }),
}

/** What "Compress" of macOS Finder writes: junk beside the files, descriptors, names in UTF-8 that are not marked. */
export function finder(top: string, files = agentFiles): EntryPlan[] {
  const folders = [...(top === '' ? [] : [top]), ...foldersOf(files).map((path) => top + path)].map(
    (name): EntryPlan => ({
      name,
      flags: 0,
      ...owned,
    }),
  )
  const entries = [...files].flatMap(([path, content]): EntryPlan[] => {
    const parts = (top + path).split('/')
    const shadow = ['__MACOSX', ...parts.slice(0, -1), `._${parts.at(-1)}`].join('/')
    return [
      { name: top + path, content, method: 8, flags: 0x0008, descriptor: true, ...owned },
      {
        name: shadow,
        content: concat('\0\u0005\u0016\u0007', noise(120)),
        method: 8,
        flags: 0x0008,
        descriptor: true,
        ...owned,
      },
    ]
  })
  const store: EntryPlan = {
    name: `${top}.DS_Store`,
    content: noise(600),
    method: 8,
    flags: 0x0008,
    descriptor: true,
    ...owned,
  }
  return [...folders, store, ...entries, { name: '__MACOSX/', flags: 0, ...owned }]
}

const limits = { allowUnflaggedUtf8: true }

/** Archives as macOS Finder writes them, of files and of a folder. */
export const finderWriters: readonly Writer[] = [
  {
    name: 'macOS Finder, files',
    limits,
    warnings: ['IGNORED_FILE'],
    write: async () => buildZip({ entries: finder('') }),
  },
  {
    name: 'macOS Finder, a folder',
    limits,
    warnings: ['IGNORED_FILE', 'UNWRAPPED_FOLDER'],
    write: async () => buildZip({ entries: finder('Research agent/') }),
  },
]
