import type { EntryPlan } from '../zip-entry.ts'
import { agents, forRule, zip, type Row } from './fixture.ts'

const link: EntryPlan = { name: 'link', content: '../../etc/passwd' }
const file: EntryPlan = { name: 'a.md', content: 'text\n' }
const folder: EntryPlan = { name: 'folder/' }

/** Type nibbles of a Unix mode; 0 counts as a regular file. */
const types: Readonly<Record<string, number>> = {
  pipe: 0x1,
  'character-device': 0x2,
  'nibble-3': 0x3,
  'nibble-5': 0x5,
  'block-device': 0x6,
  'nibble-7': 0x7,
  'nibble-9': 0x9,
  symlink: 0xa,
  'nibble-b': 0xb,
  socket: 0xc,
  door: 0xd,
  'nibble-e': 0xe,
  'nibble-f': 0xf,
}

/** The system that claims to have written the archive; most parsers use a Unix mode only for some of them. */
const hosts: readonly (readonly [string, number])[] = [
  ['fat', 0],
  ['amiga', 1],
  ['vms', 2],
  ['unix', 3],
  ['vm-cms', 4],
  ['atari', 5],
  ['hpfs', 6],
  ['macintosh', 7],
  ['z-system', 8],
  ['cp-m', 9],
  ['ntfs', 10],
  ['mvs', 11],
  ['vse', 12],
  ['acorn', 13],
  ['vfat', 14],
  ['alternate-mvs', 15],
  ['beos', 16],
  ['tandem', 17],
  ['os-400', 18],
  ['darwin', 19],
  ['unassigned', 20],
  ['all-bits', 255],
]

const byMode: Row[] = [
  ...[0o100644, 0o644, 0].map((mode): Row => {
    return {
      code: 'ENTRY_KIND',
      name: `folder-by-amiga-mode-${mode.toString(8)}`,
      why: '7-Zip reads the bit of the user id as the one of a folder, and hands out none of the file',
      build: () => zip({ ...file, host: 1, mode: mode | 0o4000 }),
    }
  }),
  ...Object.entries(types).map(([name, type]): Row => {
    return { code: 'ENTRY_KIND', name: `file-mode-${name}`, build: () => zip({ ...link, mode: (type << 12) | 0o777 }) }
  }),
  ...hosts.map(([name, host]): Row => {
    return { code: 'ENTRY_KIND', name: `symlink-by-host-${name}`, build: () => zip({ ...link, host, mode: 0o120777 }) }
  }),
  ...Object.entries(types)
    .filter(([name]) => name !== 'nibble-f')
    .map(([name, type]): Row => {
      return {
        code: 'ENTRY_KIND',
        name: `folder-mode-${name}`,
        build: () => zip({ ...folder, mode: (type << 12) | 0o777 }),
      }
    }),
  { code: 'ENTRY_KIND', name: 'symlink-without-content', build: () => zip({ ...link, content: '', mode: 0o120777 }) },
  {
    code: 'ENTRY_KIND',
    name: 'symlink-named-agents',
    build: () => zip({ ...link, name: 'skills/AGENTS.md', mode: 0o120644 }),
  },
]

const byDirectoryBit: Row[] = [
  { code: 'ENTRY_KIND', name: 'folder-mode-without-slash', build: () => zip({ ...file, content: '', mode: 0o040755 }) },
  { code: 'ENTRY_KIND', name: 'folder-mode-on-a-file', build: () => zip({ ...file, mode: 0o040755 }) },
  { code: 'ENTRY_KIND', name: 'file-mode-with-slash', build: () => zip({ ...folder, mode: 0o100644 }) },
  {
    code: 'ENTRY_KIND',
    name: 'file-mode-with-slash-no-dos-bit',
    build: () => zip({ ...folder, mode: 0o100644, attributes: 0 }),
  },
  {
    code: 'ENTRY_KIND',
    name: 'dos-directory-without-slash',
    build: () => zip({ ...file, content: '', mode: 0, attributes: 0x10, host: 0 }),
  },
  {
    code: 'ENTRY_KIND',
    name: 'dos-directory-on-a-file',
    build: () => zip({ ...file, mode: 0, attributes: 0x10, host: 0 }),
  },
  { code: 'ENTRY_KIND', name: 'dos-directory-and-file-mode', build: () => zip({ ...file, attributes: 0x10 }) },
  { code: 'ENTRY_KIND', name: 'dos-volume-label', build: () => zip({ ...file, mode: 0, attributes: 0x08, host: 0 }) },
  {
    code: 'ENTRY_KIND',
    name: 'dos-volume-label-with-slash',
    build: () => zip({ ...folder, mode: 0, attributes: 0x18, host: 0 }),
  },
  { code: 'ENTRY_KIND', name: 'dos-device', build: () => zip({ ...file, mode: 0, attributes: 0x40, host: 0 }) },
  {
    code: 'ENTRY_KIND',
    name: 'ntfs-reparse-point',
    why: 'how a link made on Windows is marked',
    build: () => zip({ ...link, mode: 0, attributes: 0x0400, host: 10 }),
  },
  { code: 'DIRECTORY_WITH_CONTENT', name: 'stored', build: () => zip({ ...folder, content: 'hidden\n', method: 0 }) },
  { code: 'DIRECTORY_WITH_CONTENT', name: 'deflated', build: () => zip({ ...folder, content: 'hidden\n' }) },
  {
    code: 'DIRECTORY_WITH_CONTENT',
    name: 'with-descriptor',
    build: () => zip({ ...folder, content: 'hidden\n', descriptor: true }),
  },
  {
    code: 'DIRECTORY_WITH_CONTENT',
    name: 'without-mode',
    build: () => zip({ ...folder, content: 'hidden\n', mode: 0, attributes: 0 }),
  },
  {
    code: 'DIRECTORY_WITH_CONTENT',
    name: 'named-agents',
    build: () => zip({ name: 'skills/AGENTS.md/', content: agents.content! }),
  },
  {
    code: ['DIRECTORY_WITH_CONTENT', 'DEFLATE_INVALID', 'COMPRESSED_SIZE_MISMATCH', 'RATIO_IMPLAUSIBLE'],
    name: 'of-size-zero-with-data',
    why: 'no content is declared, and data that decompresses to some is there',
    build: () => zip({ ...folder, data: 'hidden data', method: 8 }),
  },
  {
    code: ['DIRECTORY_WITH_CONTENT', 'RATIO_IMPLAUSIBLE', 'SIZE_MISMATCH'],
    name: 'stored-of-size-zero-with-data',
    why: 'no content is declared, and data is there',
    build: () => zip({ ...folder, data: 'hidden data', method: 0 }),
  },
]

/** 8: regular files and directories only. */
export const kinds = [
  ...forRule(8, byMode),
  ...forRule(
    8,
    byDirectoryBit.map((row) => ({ ...row, ambiguity: 'directory bit' })),
  ),
]
