import { noise } from '../bytes.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { archive, forRule, zip } from './fixture.ts'
import { lying, zerosDeflated } from './lying.ts'

const mebibyte = 1024 * 1024
const many = (count: number): EntryPlan[] => Array.from({ length: count }, (_, index) => ({ name: `${index}` }))

/** 19: limits. */
export const limits = forRule(19, [
  { code: 'TOO_MANY_ENTRIES', name: '10001', build: () => zip(...many(10_000)) },
  { code: 'TOO_MANY_ENTRIES', name: '70000-in-zip64', build: () => archive({ entries: many(69_999), zip64: true }) },
  { code: 'TOO_MANY_ENTRIES', name: 'over-a-limit', limits: { maxEntries: 2 }, build: () => zip(...many(2)) },
  {
    code: 'TOO_MANY_ENTRIES',
    name: 'folders',
    limits: { maxEntries: 2 },
    build: () => zip({ name: 'a/' }, { name: 'b/' }),
  },
  {
    code: ['FILE_TOO_LARGE', 'RATIO_TOO_HIGH'],
    name: '33-MiB-of-zeros',
    why: 'over the limit of one file, and over the ratio',
    build: () => zip({ name: 'a.bin', content: new Uint8Array(33 * mebibyte) }),
  },
  {
    code: 'FILE_TOO_LARGE',
    name: 'one-byte-over-a-limit',
    limits: { maxFileBytes: 99 },
    build: () => zip({ name: 'a.bin', content: noise(100) }),
  },
  {
    code: 'FILE_TOO_LARGE',
    name: 'stored-over-a-limit',
    limits: { maxFileBytes: 99 },
    build: () => zip({ name: 'a.bin', content: noise(100), method: 0 }),
  },
  {
    code: ['FILE_TOO_LARGE', 'RATIO_IMPLAUSIBLE', 'RATIO_TOO_HIGH', 'TOTAL_TOO_LARGE'],
    name: 'a-gibibyte-declared',
    why: 'over every limit',
    build: () =>
      zip({
        name: 'a.bin',
        content: new Uint8Array(0),
        data: zerosDeflated(1024),
        method: 8,
        local: { size: 1024 * mebibyte },
        central: { size: 1024 * mebibyte },
      }),
  },
  {
    code: ['FILE_TOO_LARGE', 'RATIO_IMPLAUSIBLE', 'RATIO_TOO_HIGH', 'TOTAL_TOO_LARGE'],
    name: '4-GiB-declared-out-of-100-bytes',
    why: 'over every limit, and impossible',
    build: () => lying({ data: noise(100), method: 8 }, { size: 0xffff_fffe }),
  },
  {
    code: ['FILE_TOO_LARGE', 'RATIO_IMPLAUSIBLE', 'RATIO_TOO_HIGH', 'TOTAL_TOO_LARGE'],
    name: '4-PiB-declared-in-zip64',
    why: 'over every limit, and impossible',
    build: () => zip64Sized(2 ** 52),
  },
  {
    code: ['TOTAL_TOO_LARGE', 'RATIO_TOO_HIGH'],
    name: '150-MiB-of-zeros',
    why: 'over the total, and over the ratio',
    build: () => zip(...many(5).map((entry) => ({ ...entry, content: new Uint8Array(30 * mebibyte) }))),
  },
  {
    code: 'TOTAL_TOO_LARGE',
    name: 'over-a-limit',
    limits: { maxTotalBytes: 250 },
    build: () => zip({ name: 'a', content: noise(120) }, { name: 'b', content: noise(120) }),
  },
  {
    code: ['TOTAL_TOO_LARGE', 'RATIO_IMPLAUSIBLE', 'RATIO_TOO_HIGH'],
    name: '5-files-declared-31-MiB',
    why: 'over the total, and impossible',
    build: () => {
      const declared = { size: 31 * mebibyte }
      return zip(
        ...many(5).map((entry) => ({ ...entry, data: noise(100), method: 8, local: declared, central: declared })),
      )
    },
  },
  {
    code: 'RATIO_TOO_HIGH',
    name: '17-MiB-of-zeros',
    build: () => zip({ name: 'a.bin', content: new Uint8Array(17 * mebibyte) }),
  },
  {
    code: 'RATIO_TOO_HIGH',
    name: '20-files-of-a-MiB-of-zeros',
    build: () => zip(...many(20).map((entry) => ({ ...entry, content: new Uint8Array(mebibyte) }))),
  },
  {
    code: 'RATIO_TOO_HIGH',
    name: 'over-a-limit',
    limits: { maxRatio: 10, ratioFreeBytes: 0 },
    build: () => zip({ name: 'a.bin', content: new Uint8Array(100_000) }),
  },
  {
    code: ['RATIO_TOO_HIGH', 'SIZE_MISMATCH'],
    name: 'a-gibibyte-that-is-31-MiB',
    why: 'what is declared is over the ratio, what is there over what is declared',
    build: () => lying({ data: zerosDeflated(1024), method: 8 }, { size: 31 * mebibyte }),
  },
])

function zip64Sized(size: number): Uint8Array {
  const content = noise(100)
  const extra = (fields: { readonly extra: Uint8Array }) => {
    const bytes = fields.extra.slice()
    new DataView(bytes.buffer).setBigUint64(4, BigInt(size), true)
    return { extra: bytes }
  }
  return archive({ entries: [{ name: 'a.bin', content, zip64: 'both', local: extra, central: extra }], zip64: true })
}
