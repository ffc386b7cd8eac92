import { writeLittleEndian } from './bytes.ts'

/** Names and widths of the fixed fields of each record, in file order (APPNOTE 6.3.10, 4.3). */
export const localHeader = {
  signature: 4,
  version: 2,
  flags: 2,
  method: 2,
  time: 2,
  date: 2,
  crc: 4,
  compressedSize: 4,
  size: 4,
  nameLength: 2,
  extraLength: 2,
} as const

export const centralRecord = {
  signature: 4,
  madeBy: 1,
  host: 1,
  version: 2,
  flags: 2,
  method: 2,
  time: 2,
  date: 2,
  crc: 4,
  compressedSize: 4,
  size: 4,
  nameLength: 2,
  extraLength: 2,
  commentLength: 2,
  disk: 2,
  internalAttributes: 2,
  attributes: 2,
  mode: 2,
  offset: 4,
} as const

export const zip64Record = {
  signature: 4,
  recordSize: 8,
  madeBy: 1,
  host: 1,
  version: 2,
  disk: 4,
  directoryDisk: 4,
  countOnDisk: 8,
  count: 8,
  directorySize: 8,
  directoryOffset: 8,
} as const

export const zip64Locator = { signature: 4, recordDisk: 4, recordOffset: 8, disks: 4 } as const

export const endRecord = {
  signature: 4,
  disk: 2,
  directoryDisk: 2,
  countOnDisk: 2,
  count: 2,
  directorySize: 4,
  directoryOffset: 4,
  commentLength: 2,
} as const

export const signatures = {
  localHeader: 0x04034b50,
  descriptor: 0x08074b50,
  centralRecord: 0x02014b50,
  zip64Record: 0x06064b50,
  zip64Locator: 0x07064b50,
  endRecord: 0x06054b50,
} as const

/** The fields of one record. */
export type Fields<Layout> = { [Name in keyof Layout]: number | bigint }

/** The record's bytes, its fields in the layout's order. */
export function encodeRecord<Layout extends Readonly<Record<string, number>>>(
  layout: Layout,
  fields: Fields<Layout>,
): Uint8Array {
  const bytes = new Uint8Array(recordLength(layout))
  let offset = 0
  for (const name in layout) {
    const width = layout[name]!
    writeLittleEndian(bytes, offset, fields[name] ?? 0, width)
    offset += width
  }
  return bytes
}

/** How many bytes the fixed fields of a record take. */
export function recordLength(layout: Readonly<Record<string, number>>): number {
  return Object.values(layout).reduce((sum, width) => sum + width, 0)
}
