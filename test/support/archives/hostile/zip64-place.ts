import { concat, littleEndian, noise } from '../bytes.ts'
import type { Zip64Plan } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { encodeRecord, signatures, zip64Record } from '../zip-fields.ts'
import { archive, forRule, type Row } from './fixture.ts'

const a: EntryPlan = { name: 'a.md', content: 'first\n' }
const bigger = 0xffff_ffff_ffff_ffffn

const misplaced: Row[] = [
  { code: 'ZIP64_INVALID', name: 'gap-before-the-locator', build: () => withZip64({ beforeLocator: noise(4) }) },
  {
    code: ['ZIP64_MISSING', 'ZIP64_INVALID', 'DIRECTORY_MISPLACED'],
    name: 'gap-before-the-end-record',
    why: 'no locator stands where one must, and the end record says that there is one',
    build: () => withZip64({ beforeEnd: noise(4) }),
  },
  {
    code: ['DIRECTORY_MISPLACED', 'ZIP64_INVALID', 'ZIP64_EXTRA_INVALID'],
    name: 'gap-before-the-end-record-unsaturated',
    why: 'some read the ZIP64 records, some do not find them and see a gap after the directory',
    build: () => withZip64({ beforeEnd: noise(4), saturate: false }),
  },
  {
    code: ['DIRECTORY_MISPLACED', 'ZIP64_INVALID'],
    name: 'gap-before-the-record',
    why: 'the directory does not end where the end records begin, and the record is not the one located',
    build: () => withZip64({ beforeRecord: noise(4) }),
  },
  {
    code: 'ZIP64_INVALID',
    name: 'locator-one-byte-off',
    build: () => withZip64({ locator: ({ recordOffset }) => ({ recordOffset: Number(recordOffset) + 1 }) }),
  },
  { code: 'ZIP64_INVALID', name: 'needs-version-62', build: () => withZip64({ record: { version: 62 } }) },
  { code: 'ZIP64_INVALID', name: 'needs-version-65535', build: () => withZip64({ record: { version: 0xffff } }) },
  { code: 'ZIP64_INVALID', name: 'locator-to-the-start', build: () => withZip64({ locator: { recordOffset: 0 } }) },
  {
    code: 'ZIP64_INVALID',
    name: 'locator-beyond-the-file',
    build: () => withZip64({ locator: { recordOffset: 0xffff_ffff } }),
  },
  {
    code: ['ZIP64_INVALID', 'ZIP64_VALUE_TOO_LARGE'],
    name: 'locator-beyond-53-bits',
    why: 'a value too large, and not where the record is',
    build: () => withZip64({ locator: { recordOffset: bigger } }),
  },
  {
    code: ['ZIP64_INVALID', 'MULTI_DISK'],
    name: 'record-on-disk-1',
    why: 'only the ZIP64 records say that there are several disks',
    build: () => withZip64({ locator: { recordDisk: 1 } }),
  },
  {
    code: ['ZIP64_INVALID', 'MULTI_DISK'],
    name: 'two-disks',
    why: 'only the ZIP64 records say that there are several disks',
    build: () => withZip64({ locator: { disks: 2 } }),
  },
  {
    code: ['ZIP64_INVALID', 'MULTI_DISK'],
    name: 'record-says-disk-1',
    why: 'only the ZIP64 records say that there are several disks',
    build: () => withZip64({ record: { disk: 1 } }),
  },
  {
    code: ['ZIP64_INVALID', 'MULTI_DISK'],
    name: 'record-says-directory-on-disk-1',
    why: 'only the ZIP64 records say that there are several disks',
    build: () => withZip64({ record: { directoryDisk: 1 } }),
  },
  {
    code: 'ZIP64_INVALID',
    name: 'record-signature-damaged',
    build: () => withZip64({ record: { signature: 0x06064b51 } }),
  },
  {
    code: ['ZIP64_MISSING', 'ZIP64_INVALID'],
    name: 'locator-signature-damaged',
    why: "saturated, and what stands in the locator's place is none",
    build: () => withZip64({ locator: { signature: 0x07064b51 } }),
  },
  { code: 'ZIP64_INVALID', name: 'record-size-45', build: () => withZip64({ record: { recordSize: 45 } }) },
  { code: 'ZIP64_INVALID', name: 'record-size-43', build: () => withZip64({ record: { recordSize: 43 } }) },
  { code: 'ZIP64_INVALID', name: 'record-size-0', build: () => withZip64({ record: { recordSize: 0 } }) },
  {
    code: ['ZIP64_INVALID', 'ZIP64_VALUE_TOO_LARGE'],
    name: 'record-size-beyond-53-bits',
    why: 'a value too large, and not the size of a record',
    build: () => withZip64({ record: { recordSize: bigger } }),
  },
  {
    code: 'ZIP64_INVALID',
    name: 'extensible-data-sector',
    why: 'a record with room for anything',
    build: () => withZip64({ record: { recordSize: 52 }, beforeLocator: noise(8) }),
  },
  {
    code: ['ZIP64_INVALID', 'DIRECTORY_MISPLACED'],
    name: 'two-records',
    why: 'the locator names the first; a parser that looks directly before the locator reads the second',
    build: () => withZip64({ beforeLocator: otherRecord() }),
  },
  {
    code: ['ZIP64_INVALID', 'DIRECTORY_MISPLACED'],
    name: 'two-records-second-located',
    why: 'the first one lies between the directory and the record that is located',
    build: () => withZip64({ beforeRecord: otherRecord() }),
  },
  {
    code: ['ZIP64_INVALID', 'DIRECTORY_MISPLACED'],
    name: 'two-locators',
    why: 'the one directly before the end record is a second one',
    build: () =>
      withZip64({
        beforeEnd: concat(littleEndian(signatures.zip64Locator, 4), new Uint8Array(12), littleEndian(1, 4)),
      }),
  },
]

/** 4: position of the ZIP64 end records. */
export const zip64Places = forRule(
  4,
  misplaced.map((row) => ({ ...row, ambiguity: 'ZIP64 records' })),
)

function withZip64(plan: Zip64Plan): Uint8Array {
  return archive({ entries: [a], zip64: plan })
}

function otherRecord(): Uint8Array {
  const fields = { signature: signatures.zip64Record, recordSize: 44, madeBy: 63, host: 3, version: 45 }
  const none = { disk: 0, directoryDisk: 0, countOnDisk: 0, count: 0, directorySize: 0, directoryOffset: 0 }
  return encodeRecord(zip64Record, { ...fields, ...none })
}
