import { concat, concatAll, littleEndian, toBytes } from './bytes.ts'
import { encodeEntry, saturated16, saturated32, type EncodedEntry, type EntryPlan, type Override } from './zip-entry.ts'
import { encodeRecord, endRecord, signatures, zip64Locator, zip64Record, type Fields } from './zip-fields.ts'

export type EndFields = Fields<typeof endRecord>
export type Zip64RecordFields = Fields<typeof zip64Record>
export type Zip64LocatorFields = Fields<typeof zip64Locator>

export interface Zip64Plan {
  readonly record?: Override<Zip64RecordFields>
  readonly locator?: Override<Zip64LocatorFields>
  /** Bytes between the records. */
  readonly beforeRecord?: string | Uint8Array
  readonly beforeLocator?: string | Uint8Array
  readonly beforeEnd?: string | Uint8Array
  /** `false`: the classic fields keep their values. @default true */
  readonly saturate?: boolean
}

/** A whole archive: what a careful writer would write, except for the overrides. */
export interface ArchivePlan {
  readonly entries: readonly EntryPlan[]
  /** Bytes before the first entry. */
  readonly prefix?: string | Uint8Array
  /** Offsets as if there were no prefix, as in a plain `cat stub archive`. */
  readonly ignorePrefix?: boolean
  readonly beforeDirectory?: string | Uint8Array
  readonly afterDirectory?: string | Uint8Array
  /** Indices of the entries as the directory lists them. @default all, in order */
  readonly directoryOrder?: readonly number[]
  readonly zip64?: boolean | Zip64Plan
  readonly end?: Override<EndFields>
  readonly comment?: string | Uint8Array
  /** Bytes after the end. */
  readonly trailing?: string | Uint8Array
}

/** An archive and the positions of its parts. */
export interface BuiltArchive {
  readonly bytes: Uint8Array
  /** Of each entry: local header, data, descriptor, and the bytes after it. */
  readonly entries: readonly {
    readonly local: number
    readonly data: number
    readonly descriptor: number
    readonly next: number
  }[]
  /** Of each record of the directory, in its order. */
  readonly records: readonly number[]
  readonly directory: number
  readonly directoryEnd: number
  readonly end: number
}

/** The bytes of an archive. */
export function buildZip(plan: ArchivePlan): Uint8Array {
  return layOutZip(plan).bytes
}

/** The bytes of an archive, and the positions of its parts. */
export function layOutZip(plan: ArchivePlan): BuiltArchive {
  const writer = createWriter()
  writer.write(plan.prefix)
  const base = plan.ignorePrefix ? writer.length() : 0

  const encoded = plan.entries.map(encodeEntry)
  const places = placeEntries(encoded, writer.length())
  const offsets = places.map(({ local }) => local - base)
  for (const entry of encoded) writeEntry(writer, entry, offsets)

  writer.write(plan.beforeDirectory)
  const directory = writer.length()
  const order = plan.directoryOrder ?? encoded.map((_, index) => index)
  const records: number[] = []
  for (const index of order) {
    const entry = encoded[index]!
    if (entry.plan.listed === false) continue
    records.push(writer.length())
    writer.write(entry.central(offsets[index]!, offsets))
  }
  const directoryEnd = writer.length()
  writer.write(plan.afterDirectory)

  const totals = { count: records.length, directorySize: directoryEnd - directory, directoryOffset: directory - base }
  if (plan.zip64) writeZip64(writer, plan.zip64 === true ? {} : plan.zip64, totals, offsets)
  const end = writer.length()
  writer.write(encodeEnd(plan, totals, offsets))
  writer.write(plan.trailing)
  return { bytes: writer.bytes(), entries: places, records, directory, directoryEnd, end }
}

interface Totals {
  readonly count: number
  readonly directorySize: number
  readonly directoryOffset: number
}

interface Writer {
  write(bytes: string | Uint8Array | undefined): void
  length(): number
  bytes(): Uint8Array
}

function createWriter(): Writer {
  const parts: Uint8Array[] = []
  let length = 0
  return {
    write(value) {
      if (value === undefined) return
      const bytes = toBytes(value)
      parts.push(bytes)
      length += bytes.length
    },
    length: () => length,
    bytes: () => concatAll(parts),
  }
}

function placeEntries(encoded: readonly EncodedEntry[], start: number): BuiltArchive['entries'] {
  let position = start
  return encoded.map((entry) => {
    const { plan } = entry
    const local = position + toBytes(plan.before ?? '').length
    if (plan.present === false) return { local, data: local, descriptor: local, next: local }
    // The length of a local header does not depend on the positions of the others.
    const data = local + entry.local([]).length
    const descriptor = data + entry.data.length
    const next = descriptor + entry.descriptor.length
    position = next + toBytes(plan.after ?? '').length
    return { local, data, descriptor, next }
  })
}

function writeEntry(writer: Writer, entry: EncodedEntry, offsets: readonly number[]): void {
  const { plan } = entry
  if (plan.present === false) return
  writer.write(plan.before)
  writer.write(entry.local(offsets))
  writer.write(entry.data)
  writer.write(entry.descriptor)
  writer.write(plan.after)
}

function writeZip64(writer: Writer, plan: Zip64Plan, totals: Totals, offsets: readonly number[]): void {
  writer.write(plan.beforeRecord)
  const recordOffset = writer.length()
  const record: Zip64RecordFields = {
    signature: signatures.zip64Record,
    recordSize: 44,
    madeBy: 63,
    host: 3,
    version: 45,
    disk: 0,
    directoryDisk: 0,
    countOnDisk: totals.count,
    ...totals,
  }
  writer.write(encodeRecord(zip64Record, { ...record, ...resolve(plan.record, record, offsets) }))
  writer.write(plan.beforeLocator)
  const locator: Zip64LocatorFields = { signature: signatures.zip64Locator, recordDisk: 0, recordOffset, disks: 1 }
  writer.write(encodeRecord(zip64Locator, { ...locator, ...resolve(plan.locator, locator, offsets) }))
  writer.write(plan.beforeEnd)
}

function encodeEnd(plan: ArchivePlan, totals: Totals, offsets: readonly number[]): Uint8Array {
  const comment = toBytes(plan.comment ?? '')
  const saturate = plan.zip64 && (plan.zip64 === true || plan.zip64.saturate !== false)
  const fields: EndFields = {
    signature: signatures.endRecord,
    disk: 0,
    directoryDisk: 0,
    countOnDisk: saturate ? saturated16 : totals.count,
    count: saturate ? saturated16 : totals.count,
    directorySize: saturate ? saturated32 : totals.directorySize,
    directoryOffset: saturate ? saturated32 : totals.directoryOffset,
    commentLength: comment.length,
  }
  return concat(encodeRecord(endRecord, { ...fields, ...resolve(plan.end, fields, offsets) }), comment)
}

function resolve<Planned>(
  plan: Override<Planned> | undefined,
  fields: Planned,
  offsets: readonly number[],
): Partial<Planned> {
  return (typeof plan === 'function' ? plan(fields, offsets) : plan) ?? {}
}

/** A signature as its bytes in a file. */
export function signatureBytes(name: keyof typeof signatures): Uint8Array {
  return littleEndian(signatures[name], 4)
}
