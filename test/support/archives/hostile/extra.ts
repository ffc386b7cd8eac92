import { concat, extraRecord, littleEndian, toBytes, unicodePathExtra, zip64Extra } from '../bytes.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { saturated32 } from '../zip-entry.ts'
import { archive, forRule, zip, type Row } from './fixture.ts'

const a: EntryPlan = { name: 'a.md', content: 'stored text\n', method: 0 }
const size = toBytes(a.content ?? '').length
const time = extraRecord(0x5455, Uint8Array.of(1, 0, 0, 0, 0))

/** An extra field in the directory, in the local header, in both. */
function everywhere(code: Row['code'], name: string, extra: Uint8Array, plan: EntryPlan = a): Row[] {
  return [
    { code, name: `${name}-in-both`, build: () => zip({ ...plan, extra }) },
    { code, name: `${name}-in-the-directory`, build: () => zip({ ...plan, central: { extra } }) },
    { code, name: `${name}-in-the-local-header`, build: () => zip({ ...plan, local: { extra } }) },
  ]
}

const malformed: Row[] = [
  ...everywhere('EXTRA_FIELD_INVALID', 'overruns-by-one', extraRecord(0x5455, Uint8Array.of(1, 0, 0, 0, 0), 6)),
  ...everywhere('EXTRA_FIELD_INVALID', 'overruns-far', extraRecord(0x9999, 'abc', 0xffff)),
  ...everywhere('EXTRA_FIELD_INVALID', 'one-byte', Uint8Array.of(0)),
  ...everywhere('EXTRA_FIELD_INVALID', 'times-without-flags', extraRecord(0x5455)),
  ...everywhere('ENTRY_COMMENT', 'comment', extraRecord(0x6375, concat(Uint8Array.of(1, 0, 0, 0, 0), 'a comment'))),
  ...everywhere('EXTRA_FIELD_INVALID', 'three-bytes', Uint8Array.of(0x55, 0x54, 0)),
  ...everywhere('EXTRA_FIELD_INVALID', 'three-bytes-after-a-record', concat(time, Uint8Array.of(0, 0, 0))),
  ...everywhere(
    'EXTRA_FIELD_DUPLICATE',
    'unicode-path',
    concat(unicodePathExtra('a.md', 'a.md'), unicodePathExtra('a.md', 'a.md')),
  ),
  ...everywhere(
    ['EXTRA_FIELD_DUPLICATE', 'UNICODE_PATH_MISMATCH'],
    'unicode-path-other-second',
    concat(unicodePathExtra('a.md', 'a.md'), unicodePathExtra('evil.md', 'a.md')),
  ).map((row) => ({ ...row, why: 'the second one is another name' })),
  ...everywhere(
    ['EXTRA_FIELD_DUPLICATE', 'ZIP64_EXTRA_INVALID'],
    'zip64',
    concat(zip64Extra(size, size), zip64Extra(size, size)),
  ).map((row) => ({ ...row, why: 'no field asks for a ZIP64 extra' })),
  {
    code: 'EXTRA_FIELD_DUPLICATE',
    name: 'zip64-needed-and-twice',
    build: () => {
      const plan: EntryPlan = {
        ...a,
        zip64: 'both',
        central: ({ extra }) => ({ extra: concat(extra, zip64Extra(1, 1, 1)) }),
      }
      return archive({ entries: [plan], zip64: true })
    },
  },
]

const unicodePaths: Row[] = [
  ...everywhere('UNICODE_PATH_MISMATCH', 'another-name', unicodePathExtra('evil.md', 'a.md')),
  ...everywhere('UNICODE_PATH_MISMATCH', 'traversal', unicodePathExtra('../../evil.md', 'a.md')),
  ...everywhere('UNICODE_PATH_MISMATCH', 'other-case', unicodePathExtra('A.md', 'a.md')),
  ...everywhere('UNICODE_PATH_MISMATCH', 'stale-crc', unicodePathExtra('a.md', 'b.md')),
  ...everywhere('UNICODE_PATH_MISMATCH', 'stale-crc-and-another-name', unicodePathExtra('evil.md', 'evil.md')),
  ...everywhere('UNICODE_PATH_MISMATCH', 'empty', unicodePathExtra('', 'a.md')),
  ...everywhere('UNICODE_PATH_MISMATCH', 'ends-in-a-zero', unicodePathExtra('a.md\0', 'a.md')),
  ...everywhere(['UNICODE_PATH_MISMATCH', 'EXTRA_FIELD_INVALID'], 'version-2', unicodePathExtra('a.md', 'a.md', 2)).map(
    (row) => ({ ...row, why: 'a version nobody has defined' }),
  ),
  ...everywhere(
    ['UNICODE_PATH_MISMATCH', 'EXTRA_FIELD_INVALID'],
    'cut-short',
    extraRecord(0x7075, Uint8Array.of(1, 0, 0)),
  ).map((row) => ({ ...row, why: 'too short to hold version and CRC' })),
  {
    code: ['NAME_UNFLAGGED', 'NAME_NOT_UTF8', 'UNICODE_PATH_MISMATCH'],
    name: 'name-in-code-page-437',
    why: 'the name is "é.md" in code page 437, the path the same in UTF-8',
    build: () => {
      const name = concat(Uint8Array.of(0x82), '.md')
      return zip({ ...a, name, flags: 0, extra: unicodePathExtra('é.md', name) })
    },
  },
  {
    code: 'UNICODE_PATH_MISMATCH',
    name: 'name-decomposed',
    build: () => zip({ ...a, name: 'e\u0301.md', extra: unicodePathExtra('\u00e9.md', 'e\u0301.md') }),
  },
]

/** Values in the ZIP64 extra of a directory record; sizes and offset are those of `a` after the agent. */
function inDirectory(
  extra: (offset: number) => Uint8Array,
  saturate: readonly ('size' | 'compressedSize' | 'offset')[],
): Uint8Array {
  const changes = Object.fromEntries(saturate.map((name) => [name, saturated32]))
  return archive({
    entries: [{ ...a, central: (_fields, offsets) => ({ ...changes, extra: extra(offsets[1]!) }) }],
    zip64: true,
  })
}

function inLocalHeader(extra: Uint8Array, saturate: readonly ('size' | 'compressedSize')[]): Uint8Array {
  const changes = Object.fromEntries(saturate.map((name) => [name, saturated32]))
  return zip({ ...a, local: { ...changes, extra } })
}

const zip64Extras: Row[] = [
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'without-end-records',
    build: () => zip({ ...a, zip64: 'both' }),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'surplus-without-end-records',
    build: () => zip({ ...a, central: { extra: zip64Extra(size, size) } }),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'too-short',
    build: () => inDirectory(() => zip64Extra(size), ['size', 'compressedSize']),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'seven-bytes',
    build: () => inDirectory(() => extraRecord(1, littleEndian(size, 7)), ['size']),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'nine-bytes',
    build: () => inDirectory(() => extraRecord(1, littleEndian(size, 9)), ['size']),
  },
  { code: 'ZIP64_EXTRA_INVALID', name: 'of-no-bytes', build: () => inDirectory(() => zip64Extra(), ['size']) },
  {
    code: ['ZIP64_EXTRA_INVALID', 'LOCAL_HEADER_INVALID', 'LOCAL_HEADER_MISMATCH', 'ENTRIES_OVERLAP'],
    name: 'wrong-order',
    why: 'the offset stands where the size must, so either may be called wrong',
    build: () => inDirectory((offset) => zip64Extra(offset, size), ['size', 'offset']),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'surplus-contradicts-size',
    why: 'a parser that always reads the ZIP64 extra sees another size',
    build: () => inDirectory(() => zip64Extra(size + 1, size), []),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'surplus-contradicts-compressed-size',
    build: () => inDirectory(() => zip64Extra(size, size + 1), ['size']),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'surplus-contradicts-offset',
    build: () => inDirectory(() => zip64Extra(size, size, 0), ['size', 'compressedSize']),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'longer-than-all-fields',
    build: () =>
      inDirectory(
        (offset) =>
          concat(
            extraRecord(
              1,
              concat(
                littleEndian(size, 8),
                littleEndian(size, 8),
                littleEndian(offset, 8),
                littleEndian(0, 4),
                littleEndian(0, 4),
              ),
            ),
          ),
        ['size', 'compressedSize', 'offset'],
      ),
  },
  {
    code: ['ZIP64_EXTRA_INVALID', 'ZIP64_MISSING'],
    name: 'size-saturated-without-extra',
    why: 'a field that asks for an extra that is not there',
    build: () => inDirectory(() => new Uint8Array(), ['size']),
  },
  {
    code: ['ZIP64_EXTRA_INVALID', 'ZIP64_MISSING'],
    name: 'offset-saturated-without-extra',
    why: 'a field that asks for an extra that is not there',
    build: () => inDirectory(() => new Uint8Array(), ['offset']),
  },
  {
    code: ['ZIP64_EXTRA_INVALID', 'ZIP64_MISSING'],
    name: 'all-saturated-without-extra-and-end-records',
    why: 'fields that ask for an extra that is not there',
    build: () => zip({ ...a, central: { size: saturated32, compressedSize: saturated32, offset: saturated32 } }),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'local-surplus-contradicts',
    build: () => inLocalHeader(zip64Extra(size + 1, size), []),
  },
  {
    code: 'ZIP64_EXTRA_INVALID',
    name: 'local-too-short',
    build: () => inLocalHeader(zip64Extra(size), ['size', 'compressedSize']),
  },
  {
    code: ['ZIP64_EXTRA_INVALID', 'ZIP64_MISSING', 'LOCAL_HEADER_MISMATCH'],
    name: 'local-saturated-without-extra',
    why: 'fields that ask for an extra that is not there, and are not the sizes',
    build: () => inLocalHeader(new Uint8Array(), ['size', 'compressedSize']),
  },
  {
    code: ['LOCAL_HEADER_MISMATCH', 'ZIP64_EXTRA_INVALID'],
    name: 'local-zip64-size-differs',
    why: 'the value of the local ZIP64 extra is not the one of the directory',
    build: () => inLocalHeader(zip64Extra(size + 1, size), ['size', 'compressedSize']),
  },
  {
    code: ['LOCAL_HEADER_MISMATCH', 'ZIP64_EXTRA_INVALID'],
    name: 'local-zip64-compressed-size-differs',
    why: 'the value of the local ZIP64 extra is not the one of the directory',
    build: () => inLocalHeader(zip64Extra(size, size + 30), ['size', 'compressedSize']),
  },
]

/** 9 and 10: extra fields. */
export const extraFields = [
  ...forRule(9, malformed),
  ...forRule(
    9,
    unicodePaths.map((row) => ({ ...row, ambiguity: 'name' })),
  ),
  ...forRule(
    10,
    zip64Extras.map((row) => ({ ...row, ambiguity: 'size' })),
  ),
]
