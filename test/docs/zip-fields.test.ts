import { describe, expect, it } from 'vitest'
import { attempt } from '../support/archives/attempt.ts'
import { changeEnds } from '../support/archives/fields/ends.ts'
import { changeExtras, extraIds } from '../support/archives/fields/extras.ts'
import { changeHeaders } from '../support/archives/fields/headers.ts'
import { hostileArchives } from '../support/archives/hostile/index.ts'
import { buildZip } from '../support/archives/zip-builder.ts'
import { centralRecord, endRecord, localHeader, zip64Locator, zip64Record } from '../support/archives/zip-fields.ts'
import { findTable, readCodeSpans, readDocument } from '../support/docs/markdown.ts'

const document = readDocument('docs/bundles.md')

/** The fields of a row, by the names in `zip-fields.ts`; those of no fixed place are provoked by hostile archives alone. */
const entryFields: Readonly<Record<string, readonly string[]>> = {
  'version made by': ['madeBy'],
  'host system': ['host', 'mode'],
  'version needed to extract': ['version'],
  'general purpose bit flag': ['flags'],
  'compression method': ['method'],
  'last mod file time': ['time'],
  'last mod file date': ['date'],
  'crc-32': ['crc'],
  'compressed size': ['compressedSize'],
  'uncompressed size': ['size'],
  'file name': [],
  'file name length': ['nameLength'],
  'extra field length': ['extraLength'],
  'file comment': ['commentLength'],
  'disk number start': ['disk'],
  'internal file attributes': ['internalAttributes'],
  'external file attributes, upper half': ['mode'],
  'external file attributes, lower half': ['attributes'],
  'relative offset of local header': ['offset'],
  'data descriptor': ['descriptor.crc', 'descriptor.compressedSize', 'descriptor.size'],
  'archive decryption header': [],
  'archive extra data record': [],
  'digital signature': [],
}

const endFields: Readonly<Record<string, string>> = {
  'number of this disk': 'end.disk',
  'disk with the start of the directory': 'end.directoryDisk',
  'entries on this disk': 'end.countOnDisk',
  'entries in the directory': 'end.count',
  'size of the directory': 'end.directorySize',
  'offset of the directory': 'end.directoryOffset',
  'ZIP file comment length': 'end.commentLength',
  'ZIP64: size of the record': 'zip64.recordSize',
  'ZIP64: version made by': 'zip64.madeBy',
  'ZIP64: host system': 'zip64.host',
  'ZIP64: version needed': 'zip64.version',
  'ZIP64: number of this disk': 'zip64.disk',
  'ZIP64: disk with the directory': 'zip64.directoryDisk',
  'ZIP64: entries on this disk': 'zip64.countOnDisk',
  'ZIP64: entries in the directory': 'zip64.count',
  'ZIP64: size of the directory': 'zip64.directorySize',
  'ZIP64: offset of the directory': 'zip64.directoryOffset',
  'ZIP64 locator: disk of the record': 'locator.recordDisk',
  'ZIP64 locator: offset of the record': 'locator.recordOffset',
  'ZIP64 locator: number of disks': 'locator.disks',
}

const namesOf = (layout: object, prefix = '') =>
  Object.keys(layout)
    .filter((name) => name !== 'signature')
    .map((name) => prefix + name)

/** The codes that changes of each field lead to. */
const provoked = new Map<string, Set<string>>()
for (const { field, plan } of [...changeHeaders(), ...changeExtras(), ...changeEnds()]) {
  const codes = provoked.get(field) ?? new Set()
  provoked.set(field, codes.add((await attempt(buildZip(plan))).code))
}
const certain = new Set<string>(hostileArchives.filter(({ codes }) => codes.length === 1).flatMap(({ codes }) => codes))

/** What a row says of its fields and is not so. */
function judge(fields: readonly string[], codes: readonly string[]): string[] {
  const found = fields.flatMap((field) => [...(provoked.get(field) ?? [])])
  const isChanged = fields.some((field) => provoked.has(field))
  if (codes.length === 0)
    return isChanged && found.every((code) => code === 'ACCEPTED') ? [] : ['is not always accepted']
  return codes.filter((code) => !(isChanged ? found.includes(code) : certain.has(code)))
}

describe('the fields of an entry in docs/bundles.md', () => {
  const { head, rows } = findTable(document, 'Field of an entry')

  it('are all that APPNOTE has', () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(entryFields))
    const known = new Set(Object.values(entryFields).flat())
    expect([...namesOf(localHeader), ...namesOf(centralRecord)].filter((name) => !known.has(name))).toEqual([])
  })

  it.each(rows)('are accepted and rejected as it says: %s', (name, ...cells) => {
    expect(judge(entryFields[name]!, readCodeSpans(cells[head.indexOf('Codes') - 1]!))).toEqual([])
  })
})

describe('the fields of the end in docs/bundles.md', () => {
  const { head, rows } = findTable(document, 'Field of the end')

  it('are all that APPNOTE has', () => {
    expect(rows.map(([name]) => name)).toEqual(Object.keys(endFields))
    const all = [...namesOf(endRecord, 'end.'), ...namesOf(zip64Record, 'zip64.'), ...namesOf(zip64Locator, 'locator.')]
    expect(Object.values(endFields).toSorted()).toEqual(all.toSorted())
  })

  it.each(rows)('are accepted and rejected as it says: %s', (name, ...cells) => {
    expect(judge([endFields[name]!], readCodeSpans(cells[head.indexOf('Codes') - 1]!))).toEqual([])
  })
})

describe('the records of extra fields in docs/bundles.md', () => {
  const { head, rows } = findTable(document, 'Record of an extra field')
  const named = rows.map((row) => ({
    ids: readIds(row[0]!),
    codes: readCodeSpans(row[head.indexOf('Codes')]!),
  }))

  it.each(named)('are accepted and rejected as it says: $ids', ({ ids, codes }) => {
    for (const id of ids) expect(judge([id], codes), id).toEqual([])
  })

  it('are accepted if they are not named', () => {
    const all = new Set(named.flatMap(({ ids }) => ids))
    const others = extraIds.map((id) => `0x${id.toString(16).padStart(4, '0')}`).filter((id) => !all.has(id))
    expect(others.filter((id) => judge([id], []).length > 0)).toEqual([])
  })
})

/** The records in a cell, such as `0x0014` to `0x0017`. */
function readIds(cell: string): string[] {
  return [...cell.matchAll(/`(0x[0-9a-f]{4})`(?: to `(0x[0-9a-f]{4})`)?/g)].flatMap(([, first = '', last = first]) =>
    Array.from(
      { length: Number(last) - Number(first) + 1 },
      (_, index) => `0x${(Number(first) + index).toString(16).padStart(4, '0')}`,
    ),
  )
}
