import { concat, noise } from '../bytes.ts'
import { buildZip, layOutZip, type ArchivePlan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { agents, archive, forRule, zip, type Row } from './fixture.ts'

const a: EntryPlan = { name: 'a.md', content: 'first\n' }
const b: EntryPlan = { name: 'b.md', content: 'second\n' }

const records: Row[] = [
  {
    code: 'DIRECTORY_RECORD_INVALID',
    name: 'signature-damaged',
    build: () => zip({ ...a, central: { signature: 0x02014b51 } }),
  },
  {
    code: 'DIRECTORY_RECORD_INVALID',
    name: 'signature-of-a-local-header',
    build: () => zip({ ...a, central: { signature: 0x04034b50 } }),
  },
  {
    code: 'DIRECTORY_RECORD_INVALID',
    name: 'name-overruns',
    build: () => zip({ ...a, central: { nameLength: 0xffff } }),
  },
  {
    code: 'DIRECTORY_RECORD_INVALID',
    name: 'name-overruns-by-one',
    build: () => zip({ ...a, central: { nameLength: 5 } }),
  },
  {
    code: ['DIRECTORY_RECORD_INVALID', 'EXTRA_FIELD_TOO_LONG'],
    name: 'extra-overruns',
    why: 'what is announced is over the limit as well',
    build: () => zip({ ...a, central: { extraLength: 0xffff } }),
  },
  {
    code: 'DIRECTORY_RECORD_INVALID',
    name: 'extra-overruns-by-one',
    build: () => zip({ ...a, central: { extraLength: 1 } }),
  },
  {
    code: ['DIRECTORY_RECORD_INVALID', 'ENTRY_COMMENT'],
    name: 'comment-overruns',
    why: 'an announced comment is a comment',
    build: () => zip({ ...a, central: { commentLength: 1 } }),
  },
  {
    code: 'DIRECTORY_RECORD_INVALID',
    name: 'name-shorter-than-the-record',
    why: 'the next record does not begin where this one ends',
    build: () =>
      zip({ ...a, name: 'a.mdx', central: { nameLength: 4 }, local: { name: new TextEncoder().encode('a.md') } }, b),
  },
  {
    code: ['DIRECTORY_RECORD_INVALID', 'ENTRY_COUNT_MISMATCH'],
    name: 'junk-after-the-last-record',
    why: 'counted by the size of the directory, and no record',
    build: () => archive({ entries: [a], afterDirectory: noise(50), ...sizeGrows(50) }),
  },
  {
    code: ['DIRECTORY_RECORD_INVALID', 'ENTRY_COUNT_MISMATCH'],
    name: 'three-bytes-after-the-last-record',
    why: 'counted by the size of the directory, and no record',
    build: () => archive({ entries: [a], afterDirectory: 'abc', ...sizeGrows(3) }),
  },
  { code: 'ENTRY_COMMENT', name: 'one-byte', build: () => zip({ ...a, central: { comment: noise(1) } }) },
  {
    code: 'ENTRY_COMMENT',
    name: 'of-the-first',
    build: () => buildZip({ entries: [{ ...agents, central: { comment: noise(20) } }, a] }),
  },
  {
    code: 'ENTRY_COMMENT',
    name: 'record-in-a-comment',
    why: 'a parser that searches for signatures finds another file',
    build: () => {
      const { bytes, directory, directoryEnd } = layOutZip({ entries: [{ name: 'evil.md' }] })
      return zip({ ...a, central: { comment: bytes.slice(directory, directoryEnd) } })
    },
  },
  {
    code: 'EXTRA_FIELD_TOO_LONG',
    name: 'in-the-directory',
    build: () => zip({ ...a, central: { extra: filler(4097) } }),
  },
  {
    code: 'EXTRA_FIELD_TOO_LONG',
    name: 'in-the-local-header',
    build: () => zip({ ...a, local: { extra: filler(4097) } }),
  },
  { code: 'EXTRA_FIELD_TOO_LONG', name: '65535-bytes', build: () => zip({ ...a, extra: filler(0xffff) }) },
]

/** 6: the records of the directory. */
export const directoryRecords = forRule(6, records)

function sizeGrows(bytes: number): Pick<ArchivePlan, 'end'> {
  return { end: ({ directorySize }) => ({ directorySize: Number(directorySize) + bytes }) }
}

/** A well-formed extra field of one record of an unknown kind. */
function filler(length: number): Uint8Array {
  const size = length - 4
  return concat(Uint8Array.of(0x99, 0x99, size & 0xff, size >> 8), new Uint8Array(size))
}
