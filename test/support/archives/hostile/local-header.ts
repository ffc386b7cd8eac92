import { crc32, deflate, toBytes } from '../bytes.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { forRule, zip, type Row } from './fixture.ts'

const content = 'some text, some text\n'
const a: EntryPlan = { name: 'a.md', content }
const stored: EntryPlan = { ...a, method: 0 }
const b: EntryPlan = { name: 'b.md', content: 'second\n' }
const size = toBytes(content).length

function mismatch(name: string, local: Exclude<EntryPlan['local'], undefined>, plan: EntryPlan = a): Row {
  return { code: 'LOCAL_HEADER_MISMATCH', name, build: () => zip({ ...plan, local }, b) }
}

const mismatches: Row[] = [
  mismatch('name', { name: toBytes('e.md') }),
  mismatch('name-other-case', { name: toBytes('A.md') }),
  mismatch('name-traversal', { name: toBytes('../../evil.md') }),
  mismatch('name-absolute', { name: toBytes('/etc/passwd') }),
  mismatch('name-longer', { name: toBytes('a.md/evil.md') }),
  mismatch('name-ends-in-zero', { name: toBytes('a.md\0') }),
  mismatch('name-backslash', { name: toBytes('skills\\a.md') }, { ...a, name: 'skills/a.md' }),
  mismatch('name-folder', { name: toBytes('a.md/') }),
  mismatch('name-of-another-entry', { name: toBytes('b.md') }),
  mismatch('name-decomposed', { name: toBytes('e\u0301.md') }, { ...a, name: '\u00e9.md' }),
  mismatch('method-stored', { method: 0 }),
  mismatch('method-deflate', { method: 8 }, stored),
  mismatch('method-unknown', { method: 12 }),
  mismatch('flag-encrypted', { flags: 0x0001 }),
  mismatch('flag-descriptor', { flags: 0x0008 }),
  mismatch('flag-utf8', { flags: 0x0800 }),
  mismatch('flag-patched', { flags: 0x0020 }),
  mismatch('flag-unknown', { flags: 0x8000 }),
  mismatch('deflate-level-of-stored', { flags: 0x0002 }, stored),
  mismatch('deflate-level-of-an-empty-file', { flags: 0x0004 }, { name: 'a.md' }),
  mismatch('deflate-level-of-a-folder', { flags: 0x0006 }, { name: 'folder/' }),
  mismatch(
    'flag-descriptor-missing',
    { flags: 0, crc: crc32(toBytes(content)), size, compressedSize: deflate(content).length },
    { ...a, descriptor: true },
  ),
  mismatch('crc', { crc: 0x12345678 }),
  mismatch('crc-zero', { crc: 0 }),
  mismatch('size-one-more', { size: size + 1 }),
  mismatch('size-one-less', { size: size - 1 }),
  mismatch('size-zero', { size: 0 }),
  mismatch('compressed-size-one-more', ({ compressedSize }) => ({ compressedSize: Number(compressedSize) + 1 })),
  mismatch('compressed-size-one-less', ({ compressedSize }) => ({ compressedSize: Number(compressedSize) - 1 })),
  mismatch('compressed-size-zero', { compressedSize: 0 }),
  mismatch('all-sizes-zero', { crc: 0, size: 0, compressedSize: 0 }),
  mismatch('stored-sizes-zero', { crc: 0, size: 0, compressedSize: 0 }, stored),
  mismatch('crc-with-descriptor', { crc: 0x12345678 }, { ...a, descriptor: true }),
  mismatch('size-with-descriptor', { size: 1 }, { ...a, descriptor: true }),
  mismatch('compressed-size-with-descriptor', { compressedSize: 1 }, { ...a, descriptor: true }),
  mismatch(
    'sizes-all-bits-with-descriptor',
    { size: 0xffff_fffe, compressedSize: 0xffff_fffe },
    { ...a, descriptor: true },
  ),
  {
    code: 'LOCAL_HEADER_MISMATCH',
    name: 'names-swapped',
    build: () => zip({ ...a, local: { name: toBytes('b.md') } }, { ...b, local: { name: toBytes('a.md') } }),
  },
  {
    code: 'LOCAL_HEADER_MISMATCH',
    name: 'headers-swapped',
    why: 'each record of the directory points to the entry of the other',
    build: () => {
      const swapped = (index: number) => (_fields: unknown, offsets: readonly number[]) => ({ offset: offsets[index]! })
      return zip({ ...a, central: swapped(2) }, { ...a, name: 'c.md', central: swapped(1) })
    },
  },
  {
    code: 'LOCAL_HEADER_MISMATCH',
    name: 'agents-by-the-local-header-alone',
    build: () => zip({ name: 'README.md', content: 'other instructions\n', local: { name: toBytes('AGENTS.md') } }),
  },
]

/** 16: local headers. */
export const localHeaders = forRule(
  16,
  mismatches.map((row) => ({ ...row, ambiguity: 'local against central' })),
)
