import { concat, crc32, deflate, littleEndian, toBytes, zip64Extra } from './bytes.ts'
import { centralRecord, encodeRecord, localHeader, signatures, type Fields } from './zip-fields.ts'

/** Overrides of computed fields; a function gets them and the positions of all local headers. */
export type Override<Planned> = Partial<Planned> | ((fields: Planned, offsets: readonly number[]) => Partial<Planned>)

export type LocalFields = Fields<typeof localHeader> & { name: Uint8Array; extra: Uint8Array }
export type CentralFields = Fields<typeof centralRecord> & { name: Uint8Array; extra: Uint8Array; comment: Uint8Array }

export interface DescriptorFields {
  /** Whether it begins with its signature. */
  signed: boolean
  /** Bytes of each size. */
  width: 4 | 8
  crc: number
  compressedSize: number | bigint
  size: number | bigint
}

/** One entry: what a careful writer would write, except for the overrides. */
export interface EntryPlan {
  readonly name: string | Uint8Array
  /** What the data decompresses to. @default '' */
  readonly content?: string | Uint8Array
  /** @default 8 (deflate), 0 (stored) without content */
  readonly method?: number
  /** The data as stored in the archive. @default the content, compressed by `method` */
  readonly data?: string | Uint8Array
  /** Of both headers. @default UTF-8 and data descriptor where needed */
  readonly flags?: number
  /** Of both headers. */
  readonly extra?: Uint8Array
  /** Upper half of the external attributes. @default regular file or directory, by the name */
  readonly mode?: number
  /** Lower half of the external attributes. @default 0x10 for a directory */
  readonly attributes?: number
  readonly host?: number
  readonly local?: Override<LocalFields>
  readonly central?: Override<CentralFields>
  /** A descriptor after the data, and no sizes before it. */
  readonly descriptor?: boolean | Partial<DescriptorFields>
  /** Sizes in ZIP64 extra fields, of the local header alone or of both. */
  readonly zip64?: 'local' | 'both'
  /** Bytes that belong to no entry. */
  readonly before?: string | Uint8Array
  readonly after?: string | Uint8Array
  /** `false`: no record in the directory. */
  readonly listed?: boolean
  /** `false`: a record in the directory and nothing else. */
  readonly present?: boolean
}

const flag = { descriptor: 0x0008, utf8: 0x0800 }
export const saturated16 = 0xffff
export const saturated32 = 0xffffffff

// 2026-01-01, midnight: the same bytes on every run.
const date = ((2026 - 1980) << 9) | (1 << 5) | 1

/** An entry as bytes; its directory record still lacks the offset. */
export interface EncodedEntry {
  readonly plan: EntryPlan
  readonly local: (offsets: readonly number[]) => Uint8Array
  readonly data: Uint8Array
  readonly descriptor: Uint8Array
  readonly central: (offset: number, offsets: readonly number[]) => Uint8Array
}

export function encodeEntry(plan: EntryPlan): EncodedEntry {
  const common = describe(plan)
  const local = (offsets: readonly number[]) => encodeLocal(plan, common, offsets)
  const central = (offset: number, offsets: readonly number[]) => encodeCentral(plan, common, offset, offsets)
  return { plan, local, data: common.data, descriptor: encodeDescriptor(plan, common), central }
}

interface Common {
  readonly name: Uint8Array
  readonly extra: Uint8Array
  readonly isDirectory: boolean
  readonly flags: number
  readonly method: number
  readonly data: Uint8Array
  readonly crc: number
  readonly size: number
}

function describe(plan: EntryPlan): Common {
  const name = toBytes(plan.name)
  const content = toBytes(plan.content ?? '')
  const method = plan.method ?? (content.length === 0 ? 0 : 8)
  const isAscii = name.every((byte) => byte < 0x80)
  return {
    name,
    extra: plan.extra ?? new Uint8Array(),
    isDirectory: name.at(-1) === 0x2f,
    flags: plan.flags ?? (isAscii ? 0 : flag.utf8) | (plan.descriptor ? flag.descriptor : 0),
    method,
    data: toBytes(plan.data ?? (method === 8 ? deflate(content) : content)),
    crc: crc32(content),
    size: content.length,
  }
}

function encodeLocal(plan: EntryPlan, common: Common, offsets: readonly number[]): Uint8Array {
  const later = Boolean(plan.descriptor)
  const size = later ? 0 : common.size
  const compressedSize = later ? 0 : common.data.length
  const fields: LocalFields = {
    signature: signatures.localHeader,
    version: plan.zip64 ? 45 : 20,
    flags: common.flags,
    method: common.method,
    time: 0,
    date,
    crc: later ? 0 : common.crc,
    compressedSize: plan.zip64 ? saturated32 : compressedSize,
    size: plan.zip64 ? saturated32 : size,
    nameLength: 0,
    extraLength: 0,
    name: common.name,
    extra: plan.zip64 ? concat(zip64Extra(size, compressedSize), common.extra) : common.extra,
  }
  const chosen = override(fields, plan.local, offsets)
  return concat(encodeRecord(localHeader, chosen), chosen.name, chosen.extra)
}

function encodeCentral(plan: EntryPlan, common: Common, offset: number, offsets: readonly number[]): Uint8Array {
  const is64 = plan.zip64 === 'both'
  const kind = common.isDirectory ? 0o040755 : 0o100644
  const fields: CentralFields = {
    signature: signatures.centralRecord,
    madeBy: 63,
    host: plan.host ?? 3,
    version: plan.zip64 ? 45 : 20,
    flags: common.flags,
    method: common.method,
    time: 0,
    date,
    crc: common.crc,
    compressedSize: is64 ? saturated32 : common.data.length,
    size: is64 ? saturated32 : common.size,
    nameLength: 0,
    extraLength: 0,
    commentLength: 0,
    disk: 0,
    internalAttributes: 0,
    attributes: plan.attributes ?? (common.isDirectory ? 0x10 : 0),
    mode: plan.mode ?? kind,
    offset: is64 ? saturated32 : offset,
    name: common.name,
    extra: is64 ? concat(zip64Extra(common.size, common.data.length, offset), common.extra) : common.extra,
    comment: new Uint8Array(),
  }
  const chosen = override(fields, plan.central, offsets)
  return concat(encodeRecord(centralRecord, chosen), chosen.name, chosen.extra, chosen.comment)
}

function encodeDescriptor(plan: EntryPlan, common: Common): Uint8Array {
  if (!plan.descriptor) return new Uint8Array()
  const defaults: DescriptorFields = {
    signed: true,
    width: plan.zip64 ? 8 : 4,
    crc: common.crc,
    compressedSize: common.data.length,
    size: common.size,
  }
  const { signed, width, crc, compressedSize, size } =
    plan.descriptor === true ? defaults : { ...defaults, ...plan.descriptor }
  return concat(
    signed ? littleEndian(signatures.descriptor, 4) : '',
    littleEndian(crc, 4),
    littleEndian(compressedSize, width),
    littleEndian(size, width),
  )
}

interface Sized {
  nameLength: number | bigint
  extraLength: number | bigint
  name: Uint8Array
  extra: Uint8Array
}

/** Lengths follow the chosen values, unless they are overridden themselves. */
function override<Planned extends Sized>(
  fields: Planned,
  plan: Override<Planned> | undefined,
  offsets: readonly number[],
): Planned {
  const changes: Partial<Planned> = (typeof plan === 'function' ? plan(fields, offsets) : plan) ?? {}
  const chosen = { ...fields, ...changes }
  const { comment } = chosen as Partial<CentralFields>
  const lengths = {
    nameLength: changes.nameLength ?? chosen.name.length,
    extraLength: changes.extraLength ?? chosen.extra.length,
    ...(comment && { commentLength: (changes as Partial<CentralFields>).commentLength ?? comment.length }),
  }
  return { ...chosen, ...lengths }
}
