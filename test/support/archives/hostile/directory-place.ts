import { noise } from '../bytes.ts'
import { layOutZip, type ArchivePlan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { agents, archive, forRule, zip, type Row } from './fixture.ts'

const a: EntryPlan = { name: 'a.md', content: 'first\n' }
const b: EntryPlan = { name: 'b.md', content: 'second\n' }

const disks: Row[] = [
  { code: 'MULTI_DISK', name: 'this-disk-1', build: () => archive({ end: { disk: 1 } }) },
  { code: 'MULTI_DISK', name: 'directory-on-disk-1', build: () => archive({ end: { directoryDisk: 1 } }) },
  { code: 'MULTI_DISK', name: 'both-disks-1', build: () => archive({ end: { disk: 1, directoryDisk: 1 } }) },
  { code: 'MULTI_DISK', name: 'this-disk-65534', build: () => archive({ end: { disk: 0xfffe } }) },
  { code: 'MULTI_DISK', name: 'entry-on-disk-1', build: () => zip({ ...a, central: { disk: 1 } }) },
  { code: 'MULTI_DISK', name: 'entry-on-disk-65534', build: () => zip({ ...a, central: { disk: 0xfffe } }) },
  {
    code: ['MULTI_DISK', 'ZIP64_MISSING', 'ZIP64_EXTRA_INVALID'],
    name: 'entry-on-disk-65535',
    why: 'the value that means "see the ZIP64 extra", and there is none',
    build: () => zip({ ...a, central: { disk: 0xffff } }),
  },
]

const counts: Row[] = [
  { code: 'ENTRY_COUNT_MISMATCH', name: 'one-more', build: () => withCount(1, 1) },
  { code: 'ENTRY_COUNT_MISMATCH', name: 'one-less', build: () => withCount(-1, -1) },
  { code: 'ENTRY_COUNT_MISMATCH', name: 'none', build: () => withCount(-3, -3) },
  { code: 'ENTRY_COUNT_MISMATCH', name: 'total-one-more', build: () => withCount(0, 1) },
  { code: 'ENTRY_COUNT_MISMATCH', name: 'total-one-less', build: () => withCount(0, -1) },
  { code: 'ENTRY_COUNT_MISMATCH', name: 'this-disk-one-more', build: () => withCount(1, 0) },
  { code: 'ENTRY_COUNT_MISMATCH', name: 'this-disk-one-less', build: () => withCount(-1, 0) },
  { code: 'ENTRY_COUNT_MISMATCH', name: 'this-disk-none', build: () => withCount(-3, 0) },
  {
    code: ['ENTRY_COUNT_MISMATCH', 'TOO_MANY_ENTRIES'],
    name: 'count-65534',
    why: 'what is announced is over the limit as well',
    build: () => archive({ entries: [a], end: { countOnDisk: 0xfffe, count: 0xfffe } }),
  },
  {
    code: ['ENTRY_COUNT_MISMATCH', 'TOO_MANY_ENTRIES'],
    name: '65537-entries-counted-as-one',
    why: 'the count has 16 bits; what is there is over the limit as well',
    build: () => {
      const entries = Array.from({ length: 65_536 }, (_, index) => ({ name: `${index}` }))
      return archive({ entries, end: { countOnDisk: 1, count: 1 } })
    },
  },
  {
    code: 'ENTRY_COUNT_MISMATCH',
    name: 'record-beyond-the-count',
    why: 'parsers that trust the count see one file less than those that trust the size',
    build: () => archive({ entries: [a, { name: 'evil.md', content: 'unseen\n' }], end: { countOnDisk: 2, count: 2 } }),
  },
]

const places: Row[] = [
  { code: 'DIRECTORY_MISPLACED', name: 'offset-one-more', build: () => withPlace(1, 0) },
  { code: 'DIRECTORY_MISPLACED', name: 'offset-one-less', build: () => withPlace(-1, 0) },
  {
    code: 'DIRECTORY_MISPLACED',
    name: 'offset-zero',
    build: () => archive({ entries: [a], end: { directoryOffset: 0 } }),
  },
  {
    code: 'DIRECTORY_MISPLACED',
    name: 'offset-beyond-the-file',
    build: () => archive({ entries: [a], end: { directoryOffset: 0xfffffffe } }),
  },
  { code: 'DIRECTORY_MISPLACED', name: 'size-one-more', build: () => withPlace(0, 1) },
  { code: 'DIRECTORY_MISPLACED', name: 'size-one-less', build: () => withPlace(0, -1) },
  { code: 'DIRECTORY_MISPLACED', name: 'size-zero', build: () => archive({ entries: [a], end: { directorySize: 0 } }) },
  {
    code: 'DIRECTORY_MISPLACED',
    name: 'size-beyond-the-file',
    build: () => archive({ entries: [a], end: { directorySize: 0xfffffffe } }),
  },
  {
    code: 'DIRECTORY_MISPLACED',
    name: 'gap-before-the-end',
    build: () => archive({ entries: [a], afterDirectory: noise(8) }),
  },
  {
    code: 'DIRECTORY_MISPLACED',
    name: 'digital-signature-after-the-directory',
    build: () => archive({ entries: [a], afterDirectory: 'PK\u0005\u0005\u0004\0sign' }),
  },
  {
    code: 'DIRECTORY_MISPLACED',
    name: 'second-directory-before-the-end',
    why: 'the end record names the first one; a parser that counts back from the end finds the second',
    build: () => {
      const { bytes, directory, directoryEnd } = layOutZip({ entries: [agents, a] })
      return archive({ entries: [a], afterDirectory: bytes.subarray(directory, directoryEnd) })
    },
  },
  {
    code: ['DIRECTORY_MISPLACED', 'DIRECTORY_RECORD_INVALID'],
    name: 'offset-less-and-size-more',
    why: 'the end is right, and the first record begins before the directory',
    build: () => withPlace(-1, 1),
  },
  {
    code: ['DIRECTORY_MISPLACED', 'DIRECTORY_RECORD_INVALID'],
    name: 'offset-more-and-size-less',
    why: 'the end is right, and the first record begins inside another',
    build: () => withPlace(1, -1),
  },
  {
    code: ['DIRECTORY_MISPLACED', 'ENTRY_COUNT_MISMATCH'],
    name: 'directory-of-no-bytes',
    why: 'the place is right for a directory without records',
    build: () => {
      return archive({
        entries: [a],
        end: ({ directoryOffset, directorySize }) => ({
          directoryOffset: Number(directoryOffset) + Number(directorySize),
          directorySize: 0,
        }),
      })
    },
  },
]

/** 3 and 5: disks, counts, and the position of the directory. */
export const directoryPlaces = [
  ...forRule(3, disks),
  ...forRule(
    3,
    counts.map((row) => ({ ...row, ambiguity: 'counts' })),
  ),
  ...forRule(
    5,
    places.map((row) => ({ ...row, ambiguity: 'directory offset' })),
  ),
]

function withCount(onDisk: number, total: number): Uint8Array {
  const end: ArchivePlan['end'] = ({ count }) => ({ countOnDisk: Number(count) + onDisk, count: Number(count) + total })
  return archive({ entries: [a, b], end })
}

function withPlace(offset: number, size: number): Uint8Array {
  const end: ArchivePlan['end'] = ({ directoryOffset, directorySize }) => {
    return { directoryOffset: Number(directoryOffset) + offset, directorySize: Number(directorySize) + size }
  }
  return archive({ entries: [a, b], end })
}
