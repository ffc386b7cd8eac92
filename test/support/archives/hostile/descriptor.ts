import { concat, crc32, deflate, littleEndian, toBytes, zip64Extra } from '../bytes.ts'
import { signatureBytes } from '../zip-builder.ts'
import type { DescriptorFields, EntryPlan } from '../zip-entry.ts'
import { signatures } from '../zip-fields.ts'
import { forRule, zip, type Row } from './fixture.ts'

const content = 'some text, some text\n'
const a: EntryPlan = { name: 'a.md', content }
const wide: EntryPlan = { ...a, zip64: 'local' }
const stored: EntryPlan = { ...a, method: 0 }
const b: EntryPlan = { name: 'b.md', content: 'second\n' }
const size = toBytes(content).length

/** A descriptor that is correct except for this. */
function descriptor(name: string, changes: Partial<DescriptorFields>, plan: EntryPlan = a): Row {
  return { code: 'DATA_DESCRIPTOR_INVALID', name, build: () => zip({ ...plan, descriptor: changes }, b) }
}

const descriptors: Row[] = [
  {
    code: ['DATA_DESCRIPTOR_INVALID', 'ZIP64_VALUE_TOO_LARGE'],
    name: '64-bit-size-beyond-53-bits',
    why: 'a value too large, and not the one of the directory',
    build: () => zip({ ...wide, descriptor: { size: 0xffff_ffff_ffff_ffffn } }, b),
  },
  descriptor('crc', { crc: 0x12345678 }),
  descriptor('crc-zero', { crc: 0 }),
  descriptor('size', { size: size + 1 }),
  descriptor('size-zero', { size: 0 }),
  descriptor('compressed-size', { compressedSize: 1 }),
  descriptor('sizes-swapped', { compressedSize: size, size: deflate(content).length }),
  descriptor('unsigned-crc', { signed: false, crc: 0x12345678 }),
  descriptor('unsigned-size', { signed: false, size: size + 1 }),
  descriptor('64-bit-size', { size: size + 1 }, wide),
  descriptor('64-bit-size-high-half', { size: 2 ** 32 + size }, wide),
  descriptor('64-bit-compressed-size', { compressedSize: 1 }, wide),
  // Its ZIP64 record tells a streaming parser how wide a descriptor is (APPNOTE 4.3.9.2), and so where the next entry begins.
  descriptor('64-bit-without-zip64', { width: 8 }),
  descriptor('64-bit-without-zip64-unsigned', { width: 8, signed: false }),
  descriptor('64-bit-without-zip64-stored', { width: 8 }, stored),
  descriptor('64-bit-without-zip64-empty', { width: 8 }, { ...a, content: '' }),
  descriptor('32-bit-with-zip64', { width: 4 }, wide),
  descriptor('32-bit-with-zip64-unsigned', { width: 4, signed: false }, wide),
  descriptor('32-bit-with-zip64-stored', { width: 4 }, { ...stored, zip64: 'local' }),
  descriptor('64-bit-with-empty-zip64', { width: 8 }, { ...a, local: { extra: zip64Extra() } }),
  descriptor('64-bit-with-zip64-of-one-size', { width: 8 }, { ...a, local: { extra: zip64Extra(0) } }),
  descriptor('stored', { size: size + 1 }, stored),
  {
    code: ['DATA_DESCRIPTOR_INVALID', 'HIDDEN_DATA', 'ENTRIES_OVERLAP'],
    name: 'missing',
    why: 'the next entry stands where it must be',
    build: () => zip({ ...a, flags: 0x0008 }, b),
  },
  {
    code: ['DATA_DESCRIPTOR_INVALID', 'ENTRIES_OVERLAP'],
    name: 'missing-at-the-end',
    why: 'the directory stands where it must be',
    build: () => zip({ ...a, flags: 0x0008 }),
  },
  {
    code: ['DATA_DESCRIPTOR_INVALID', 'HIDDEN_DATA'],
    name: 'signature-damaged',
    why: 'without its signature it is four bytes too long',
    build: () => zip({ ...a, flags: 0x0008, after: concat('PK\u0007\u0009', descriptorBytes()) }, b),
  },
  {
    code: ['DATA_DESCRIPTOR_INVALID', 'HIDDEN_DATA', 'ENTRIES_OVERLAP'],
    name: 'cut-short',
    why: 'what is there is too short to be one',
    build: () => zip({ ...a, flags: 0x0008, after: descriptorBytes().subarray(0, 8) }, b),
  },
  {
    code: ['DATA_DESCRIPTOR_INVALID', 'HIDDEN_DATA'],
    name: 'followed-by-a-byte',
    why: 'what is there is too long to be one',
    build: () => zip({ ...a, descriptor: true, after: 'x' }, b),
  },
  {
    code: ['DATA_DESCRIPTOR_INVALID', 'HIDDEN_DATA'],
    name: 'twice',
    why: 'what is there is too long to be one',
    build: () => zip({ ...a, descriptor: true, after: concat(signatureBytes('descriptor'), descriptorBytes()) }, b),
  },
  {
    code: ['DATA_DESCRIPTOR_INVALID', 'HIDDEN_DATA'],
    name: 'mixed-widths',
    why: 'one size of 32 bits and one of 64',
    build: () => zip({ ...a, flags: 0x0008, after: concat(descriptorBytes(), new Uint8Array(4)) }, b),
  },
]

/** Bytes that a streaming parser reads as the end of a stored entry, or as another entry. */
const embedded = (Object.keys(signatures) as (keyof typeof signatures)[]).map((name): Row => {
  const text = concat('text before ', signatureBytes(name), ' text after')
  const spelled = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  return {
    code: 'STORED_DESCRIPTOR_AMBIGUOUS',
    name: spelled,
    build: () => zip({ ...stored, content: text, descriptor: true }),
  }
})

const ambiguous: Row[] = [
  ...embedded,
  {
    code: 'STORED_DESCRIPTOR_AMBIGUOUS',
    name: 'archive-inside',
    build: () => zip({ name: 'inner.zip', method: 0, content: zip(b), descriptor: true }),
  },
  {
    code: 'STORED_DESCRIPTOR_AMBIGUOUS',
    name: 'descriptor-and-entry-inside',
    why: 'a streaming parser ends the file early and finds another one',
    build: () => {
      const head = 'harmless\n'
      const end = concat(signatureBytes('descriptor'), sizesAsBytes(head))
      return zip({ name: 'a.bin', method: 0, content: concat(head, end, zip(b).subarray(0, 60)), descriptor: true })
    },
  },
  {
    code: 'STORED_DESCRIPTOR_AMBIGUOUS',
    name: 'signature-at-the-start',
    build: () => zip({ ...stored, content: concat(signatureBytes('localHeader'), 'x'), descriptor: true }),
  },
  {
    code: 'STORED_DESCRIPTOR_AMBIGUOUS',
    name: 'signature-at-the-end',
    build: () => zip({ ...stored, content: concat('x', signatureBytes('descriptor')), descriptor: true }),
  },
  {
    code: 'STORED_DESCRIPTOR_AMBIGUOUS',
    name: 'unsigned-descriptor',
    build: () =>
      zip({ ...stored, content: concat('x', signatureBytes('localHeader'), 'y'), descriptor: { signed: false } }),
  },
  {
    code: 'STORED_DESCRIPTOR_AMBIGUOUS',
    name: '64-bit-descriptor',
    build: () =>
      zip({ ...stored, content: concat('x', signatureBytes('descriptor'), 'y'), descriptor: true, zip64: 'local' }),
  },
]

/** 17: data descriptors. */
export const dataDescriptors = forRule(17, [...descriptors, ...ambiguous])

/** The correct descriptor of `a`, without a signature. */
function descriptorBytes(): Uint8Array {
  return sizesAsBytes(content, deflate(content).length)
}

function sizesAsBytes(text: string, compressedSize = toBytes(text).length): Uint8Array {
  return concat(...[crc32(toBytes(text)), compressedSize, toBytes(text).length].map((value) => littleEndian(value, 4)))
}
