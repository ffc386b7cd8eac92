import { concat, crc32, deflate, littleEndian, noise, toBytes } from '../bytes.ts'
import { buildZip, layOutZip } from '../zip-builder.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { quoted } from './fifield.ts'
import { agents, archive, forRule, zip, type Row } from './fixture.ts'

const a: EntryPlan = { name: 'a.md', content: 'first\n' }
const b: EntryPlan = { name: 'b.md', content: 'second\n' }

/** A record in the directory whose local header is that of another entry. */
function at(plan: EntryPlan, entry: number, shift = 0): EntryPlan {
  return { ...plan, present: false, central: (_fields, offsets) => ({ offset: offsets[entry]! + shift }) }
}

const overlaps: Row[] = [
  {
    code: ['ENTRIES_OVERLAP', 'LOCAL_HEADER_MISMATCH'],
    name: 'two-names-for-one-entry',
    why: 'the local header has but one of the names',
    build: () => zip(a, at({ ...a, name: 'b.md' }, 1)),
  },
  {
    code: ['ENTRIES_OVERLAP', 'LOCAL_HEADER_MISMATCH'],
    name: 'fifield-full-overlap',
    why: 'a thousand names for one entry, whose local header has one of them',
    build: () => {
      const kernel: EntryPlan = { name: '0.bin', content: new Uint8Array(10_000) }
      return zip(kernel, ...Array.from({ length: 999 }, (_, index) => at({ ...kernel, name: `${index + 1}.bin` }, 1)))
    },
  },
  { code: 'ENTRIES_OVERLAP', name: 'fifield-quoted-overlap', build: () => quoted(50, 10_000) },
  {
    code: ['ENTRIES_OVERLAP', 'TOTAL_TOO_LARGE', 'RATIO_TOO_HIGH'],
    name: 'fifield-quoted-bomb',
    why: 'what is declared is over the limits as well',
    build: () => quoted(400, 8_000_000),
  },
  {
    code: ['ENTRIES_OVERLAP', 'TOTAL_TOO_LARGE', 'RATIO_TOO_HIGH', 'TOO_MANY_ENTRIES'],
    name: 'fifield-quoted-20000-entries',
    why: 'what is declared is over the limits as well',
    build: () => quoted(20_000, 1000),
  },
  {
    code: 'ENTRIES_OVERLAP',
    name: 'entry-inside-a-stored-entry',
    why: 'two entries for the price of one',
    build: () => {
      const inner = layOutZip({ entries: [{ ...b, method: 0 }] })
      const local = inner.bytes.subarray(0, inner.directory)
      const outer: EntryPlan = { name: 'outer.bin', method: 0, content: concat('junk', local) }
      const shift = 30 + 'outer.bin'.length + 4
      return zip(outer, at({ ...b, method: 0 }, 1, shift))
    },
  },
  {
    code: 'ENTRIES_OVERLAP',
    name: 'data-runs-into-the-next-entry',
    build: () => {
      const next = layOutZip({ entries: [{ ...b, method: 0 }] })
      const both = concat('first\n', next.bytes.subarray(0, next.directory))
      const sizes = { crc: crc32(both), size: both.length, compressedSize: both.length }
      return zip({ ...a, method: 0, local: sizes, central: sizes }, { ...b, method: 0 })
    },
  },
  {
    code: ['ENTRIES_OVERLAP', 'DATA_DESCRIPTOR_INVALID', 'LOCAL_HEADER_INVALID'],
    name: 'data-runs-into-the-directory',
    why: 'the last entry leaves the part of the file that entries may fill',
    build: () => {
      const sizes = { size: 56, compressedSize: 56 }
      return zip({ ...a, method: 0, local: sizes, central: sizes })
    },
  },
  {
    code: ['ENTRIES_OVERLAP', 'LOCAL_HEADER_INVALID'],
    name: 'data-runs-beyond-the-file',
    why: 'the last entry leaves the file',
    build: () => {
      const sizes = { size: 100_000, compressedSize: 100_000 }
      return zip({ ...a, method: 0, local: sizes, central: sizes })
    },
  },
  {
    code: ['ENTRIES_OVERLAP', 'LOCAL_HEADER_MISMATCH', 'LOCAL_HEADER_INVALID'],
    name: 'extra-field-runs-over-the-next-entry',
    why: 'its local extra field says to be longer, so that the data begins in another entry',
    build: () => zip({ ...a, local: { extraLength: 40 } }, b, { name: 'c.md', content: 'third\n' }),
  },
]

const hidden: Row[] = [
  { code: 'HIDDEN_DATA', name: 'one-byte-between-entries', build: () => zip({ ...a, after: noise(1) }, b) },
  { code: 'HIDDEN_DATA', name: '100-bytes-between-entries', build: () => zip({ ...a, after: noise(100) }, b) },
  { code: 'HIDDEN_DATA', name: 'alignment-between-entries', build: () => zip({ ...a, after: new Uint8Array(3) }, b) },
  {
    code: 'HIDDEN_DATA',
    name: 'one-byte-before-the-directory',
    build: () => archive({ entries: [a], beforeDirectory: noise(1) }),
  },
  {
    code: 'HIDDEN_DATA',
    name: 'signing-block-before-the-directory',
    build: () => archive({ entries: [a], beforeDirectory: concat(noise(24), 'APK Sig Block 42') }),
  },
  {
    code: 'HIDDEN_DATA',
    name: 'unlisted-entry-between',
    why: 'a streaming parser reads it',
    build: () => zip({ name: 'evil.md', content: 'unseen\n', listed: false }, a),
  },
  {
    code: 'HIDDEN_DATA',
    name: 'unlisted-entry-last',
    why: 'a streaming parser reads it',
    build: () => zip(a, { name: 'evil.md', content: 'unseen\n', listed: false }),
  },
  {
    code: 'HIDDEN_DATA',
    name: 'unlisted-agents',
    why: 'a streaming parser reads other instructions',
    build: () => zip(a, { ...agents, content: 'other instructions\n', listed: false }),
  },
  {
    code: 'HIDDEN_DATA',
    name: 'whole-archive-between-entries',
    build: () => zip({ ...a, after: buildZip({ entries: [{ name: 'evil.md', content: 'unseen\n' }] }) }, b),
  },
  {
    code: 'HIDDEN_DATA',
    name: 'second-directory-between',
    why: 'a parser that searches for records finds other files',
    build: () => {
      const { bytes, directory, directoryEnd } = layOutZip({ entries: [agents, { ...a, name: 'evil.md' }] })
      return archive({ entries: [a], beforeDirectory: bytes.subarray(directory, directoryEnd) })
    },
  },
  {
    code: 'HIDDEN_DATA',
    name: 'decryption-header-before-the-directory',
    build: () => archive({ entries: [a], beforeDirectory: concat('PK\u0006\u0008', littleEndian(4, 4), 'data') }),
  },
  {
    code: 'HIDDEN_DATA',
    name: 'descriptor-without-flag',
    build: () => zip({ ...a, flags: 0, local: sizesOf(a), descriptor: true }, b),
  },
]

const headers: Row[] = [
  {
    code: 'LOCAL_HEADER_INVALID',
    name: 'signature-damaged',
    build: () => zip({ ...a, local: { signature: 0x04034b51 } }, b),
  },
  {
    code: 'LOCAL_HEADER_INVALID',
    name: 'signature-of-the-directory',
    build: () => zip({ ...a, local: { signature: 0x02014b50 } }, b),
  },
  {
    code: ['LOCAL_HEADER_INVALID', 'HIDDEN_DATA', 'ENTRIES_OVERLAP'],
    name: 'offset-one-more',
    why: 'no header begins there, one byte before it is left over',
    build: () => zip({ ...a, central: ({ offset }) => ({ offset: Number(offset) + 1 }) }, b),
  },
  {
    code: ['LOCAL_HEADER_INVALID', 'HIDDEN_DATA', 'ENTRIES_OVERLAP'],
    name: 'offset-one-less',
    why: 'no header begins there, and it shares a byte with the entry before',
    build: () => zip({ ...a, central: ({ offset }) => ({ offset: Number(offset) - 1 }) }, b),
  },
  {
    code: ['LOCAL_HEADER_INVALID', 'ENTRIES_OVERLAP', 'HIDDEN_DATA'],
    name: 'offset-beyond-the-file',
    why: 'no header is there, and bytes of the file are left over',
    build: () => zip({ ...a, central: { offset: 0xffff_fffe } }),
  },
  {
    code: ['LOCAL_HEADER_INVALID', 'ENTRIES_OVERLAP', 'HIDDEN_DATA'],
    name: 'offset-in-the-directory',
    why: 'no header is there, and bytes of the file are left over',
    build: () => zip({ ...a, central: ({ offset }) => ({ offset: Number(offset) + 60 }) }),
  },
  {
    code: ['LOCAL_HEADER_INVALID', 'ENTRIES_OVERLAP'],
    name: 'no-local-header-at-all',
    why: 'the directory begins where the entry must',
    build: () => zip({ ...a, present: false }),
  },
  {
    code: ['LOCAL_HEADER_INVALID', 'ENTRIES_OVERLAP', 'LOCAL_HEADER_MISMATCH'],
    name: 'name-runs-beyond-the-file',
    why: 'a header that does not fit, and not the name of the directory',
    build: () => zip({ ...a, local: { nameLength: 0xffff } }),
  },
  {
    code: ['LOCAL_HEADER_INVALID', 'ENTRIES_OVERLAP', 'EXTRA_FIELD_TOO_LONG'],
    name: 'extra-runs-beyond-the-file',
    why: 'a header that does not fit, and too long an extra field',
    build: () => zip({ ...a, local: { extraLength: 0xffff } }),
  },
]

/** 15: the entries cover the file exactly once; and of 16, that each has a header. */
export const tilings = [
  ...forRule(15, overlaps),
  ...forRule(15, hidden),
  ...forRule(
    16,
    headers.map((row) => ({ ...row, ambiguity: 'local against central' })),
  ),
]

function sizesOf({ content = '' }: EntryPlan): { crc: number; compressedSize: number; size: number } {
  return { crc: crc32(toBytes(content)), compressedSize: deflate(content).length, size: toBytes(content).length }
}
