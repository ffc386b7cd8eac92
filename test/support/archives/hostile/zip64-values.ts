import { deflate, toBytes, zip64Extra } from '../bytes.ts'
import { layOutZip, type EndFields, type Zip64Plan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { agents, archive, forRule, type Row } from './fixture.ts'

const a: EntryPlan = { name: 'a.md', content: 'first\n' }
const big = 2 ** 53
const bigger = 0xffff_ffff_ffff_ffffn

const contradicting: Row[] = [
  { code: 'ZIP64_INVALID', name: 'count-contradicts', build: () => contradict({ count: 1, countOnDisk: 1 }) },
  { code: 'ZIP64_INVALID', name: 'size-contradicts', build: () => contradict({ directorySize: 46 }) },
  { code: 'ZIP64_INVALID', name: 'offset-contradicts', build: () => contradict({ directoryOffset: 7 }) },
  {
    code: ['ZIP64_INVALID', 'ENTRY_COUNT_MISMATCH'],
    name: 'total-count-contradicts',
    why: 'the classic counts are not equal either',
    build: () => contradict({ count: 1 }),
  },
  {
    code: ['ZIP64_INVALID', 'MULTI_DISK'],
    name: 'classic-disk-contradicts',
    why: 'a disk number that the ZIP64 record does not repeat',
    build: () => contradict({ disk: 1 }),
  },
  {
    code: ['ZIP64_INVALID', 'ENTRY_COUNT_MISMATCH'],
    name: 'counts-of-the-record-differ',
    why: 'the counts of the ZIP64 record are not equal',
    build: () => withZip64({ record: { countOnDisk: 1 } }),
  },
  {
    code: 'ENTRY_COUNT_MISMATCH',
    name: 'zip64-counts-one-more',
    build: () => withZip64({ record: { countOnDisk: 3, count: 3 } }),
  },
  {
    code: 'ENTRY_COUNT_MISMATCH',
    name: 'zip64-counts-one-less',
    build: () => withZip64({ record: { countOnDisk: 1, count: 1 } }),
  },
  {
    code: 'DIRECTORY_MISPLACED',
    name: 'zip64-offset-one-less',
    build: () => withZip64({ record: ({ directoryOffset }) => ({ directoryOffset: Number(directoryOffset) - 1 }) }),
  },
  {
    code: 'DIRECTORY_MISPLACED',
    name: 'zip64-size-one-more',
    build: () => withZip64({ record: ({ directorySize }) => ({ directorySize: Number(directorySize) + 1 }) }),
  },
  {
    code: ['ZIP64_INVALID', 'DIRECTORY_MISPLACED'],
    name: 'classic-names-another-directory',
    why: 'classic readers see one archive, ZIP64 readers another',
    build: twoDirectories,
  },
]

const missing: Row[] = [
  {
    code: 'ZIP64_MISSING',
    name: 'counts-saturated',
    build: () => archive({ entries: [a], end: { count: 0xffff, countOnDisk: 0xffff } }),
  },
  {
    code: ['ZIP64_MISSING', 'ENTRY_COUNT_MISMATCH'],
    name: 'total-count-saturated',
    why: 'the counts are not equal either',
    build: () => archive({ entries: [a], end: { count: 0xffff } }),
  },
  {
    code: 'ZIP64_MISSING',
    name: 'size-saturated',
    build: () => archive({ entries: [a], end: { directorySize: 0xffff_ffff } }),
  },
  {
    code: 'ZIP64_MISSING',
    name: 'offset-saturated',
    build: () => archive({ entries: [a], end: { directoryOffset: 0xffff_ffff } }),
  },
  {
    code: ['ZIP64_MISSING', 'MULTI_DISK'],
    name: 'disks-saturated',
    why: 'a disk number, unless it means ZIP64',
    build: () => archive({ entries: [a], end: { disk: 0xffff, directoryDisk: 0xffff } }),
  },
  {
    code: 'ZIP64_MISSING',
    name: 'all-saturated',
    build: () =>
      archive({
        entries: [a],
        end: { count: 0xffff, countOnDisk: 0xffff, directorySize: 0xffff_ffff, directoryOffset: 0xffff_ffff },
      }),
  },
]

const large: Row[] = [
  {
    code: 'ZIP64_VALUE_TOO_LARGE',
    name: 'count',
    build: () => withZip64({ record: { count: big, countOnDisk: big } }),
  },
  { code: 'ZIP64_VALUE_TOO_LARGE', name: 'directory-size', build: () => withZip64({ record: { directorySize: big } }) },
  {
    code: 'ZIP64_VALUE_TOO_LARGE',
    name: 'directory-offset',
    build: () => withZip64({ record: { directoryOffset: bigger } }),
  },
  {
    code: 'ZIP64_VALUE_TOO_LARGE',
    name: 'offset-wraps-around',
    why: 'offset plus size is right in 64-bit arithmetic',
    build: () =>
      withZip64({
        record: ({ directoryOffset, directorySize }) => ({
          directoryOffset: -16,
          directorySize: Number(directoryOffset) + Number(directorySize) + 16,
        }),
      }),
  },
  { code: 'ZIP64_VALUE_TOO_LARGE', name: 'entry-size', build: () => inDirectory({ size: big }) },
  {
    code: 'ZIP64_VALUE_TOO_LARGE',
    name: 'entry-compressed-size',
    build: () => inDirectory({ compressedSize: bigger }),
  },
  { code: 'ZIP64_VALUE_TOO_LARGE', name: 'entry-offset', build: () => inDirectory({ offset: bigger }) },
]

/** 4: values of the ZIP64 end records. */
export const zip64Values = forRule(
  4,
  [...contradicting, ...missing, ...large].map((row) => ({ ...row, ambiguity: 'ZIP64 records' })),
)

function withZip64(plan: Zip64Plan): Uint8Array {
  return archive({ entries: [a], zip64: plan })
}

/** Correct ZIP64 records, and classic fields that differ. */
function contradict(end: Partial<EndFields>): Uint8Array {
  return archive({ entries: [a], zip64: { saturate: false }, end })
}

/** An entry whose values are in a ZIP64 extra of the directory. */
function inDirectory(values: {
  size?: number | bigint
  compressedSize?: number | bigint
  offset?: number | bigint
}): Uint8Array {
  const content = toBytes(a.content ?? '')
  const central: EntryPlan['central'] = (_fields, offsets) => {
    const right = { size: content.length, compressedSize: deflate(content).length, offset: offsets[1]! }
    const { size, compressedSize, offset } = { ...right, ...values }
    return { extra: zip64Extra(size, compressedSize, offset) }
  }
  return archive({ entries: [{ ...a, zip64: 'both', central }], zip64: true })
}

/** Two directories over the same entries: the ZIP64 record lists both files, the classic fields only the first. */
function twoDirectories(): Uint8Array {
  const { bytes, directory, records } = layOutZip({ entries: [agents, a] })
  const firstRecord = bytes.subarray(directory, records[1])
  const end = { directoryOffset: directory, directorySize: firstRecord.length, count: 1, countOnDisk: 1 }
  return archive({ entries: [a], beforeDirectory: firstRecord, zip64: { saturate: false }, end })
}
