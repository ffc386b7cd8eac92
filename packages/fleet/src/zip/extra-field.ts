import { crc32 } from 'node:zlib'
import { FleetError } from '../fleet-error.ts'
import { saturated } from './archive.ts'
import type { ByteView } from './byte-view.ts'

/** The relevant content of a header's extra field. */
export interface ExtraField {
  /** Offset and length of the ZIP64 record's data. */
  readonly zip64?: { readonly at: number; readonly length: number } | undefined
}

const zip64Id = 0x0001
const unicodePathId = 0x7075
const unicodeCommentId = 0x6375
const timesId = 0x5455
// X.509 stores, strong encryption, its recipients, policies and keys; AES of WinZip.
const encryption = [0x0014, 0x0015, 0x0016, 0x0017, 0x0019, 0x0021, 0x0022, 0x0023, 0x9901]
// Links and devices, as PKWARE and ASi wrote them; the mode that libarchive puts above that of the directory.
const kinds = [0x000d, 0x756e, 0x6c78]
// Their language, ZipIt's, Xceed's, their code page.
const otherNames = [0x0008, 0x2605, 0x554e, 0xe57a]
// Streams and forks, patches, lengths of records, forks of Macintosh.
const otherContent = [0x000e, 0x000f, 0x0018, 0x07c8, 0x334d]
// They mean something to the readers who know them (docs/bundles.md, "Fields").
const forbidden = new Set([...encryption, ...kinds, ...otherNames, ...otherContent])
const none: ExtraField = {}
const longestExtra = 4096

/** Reads an extra field to its last byte (APPNOTE 4.5; rule 9). */
export function readExtraField(
  view: ByteView,
  at: number,
  length: number,
  nameStart: number,
  nameLength: number,
): ExtraField {
  if (length === 0) return none
  if (length > longestExtra) throw new FleetError('EXTRA_FIELD_TOO_LONG')
  const end = at + length
  let zip64: ExtraField['zip64']
  let hasUnicodePath = false
  let position = at
  while (position < end) {
    const start = position + 4
    if (start > end || start + view.u16(position + 2) > end) throw new FleetError('EXTRA_FIELD_INVALID')
    const id = view.u16(position)
    const size = view.u16(position + 2)
    if (forbidden.has(id))
      throw new FleetError('EXTRA_FIELD_FORBIDDEN', { detail: `record 0x${id.toString(16).padStart(4, '0')}` })
    if ((id === zip64Id && zip64) || (id === unicodePathId && hasUnicodePath))
      throw new FleetError('EXTRA_FIELD_DUPLICATE')
    if (id === unicodeCommentId) throw new FleetError('ENTRY_COMMENT')
    // libarchive rejects the entry.
    if (id === timesId && size === 0)
      throw new FleetError('EXTRA_FIELD_INVALID', { detail: 'times without their flags' })
    if (id === zip64Id) zip64 = { at: start, length: size }
    if (id === unicodePathId) {
      hasUnicodePath = true
      checkUnicodePath(view, start, size, nameStart, nameLength)
    }
    position = start + size
  }
  return zip64 ? { zip64 } : none
}

// Info-ZIP's Unicode path (APPNOTE 4.6.9): a second name, which some readers prefer.
function checkUnicodePath(view: ByteView, at: number, size: number, nameStart: number, nameLength: number): void {
  const name = view.bytes.subarray(nameStart, nameStart + nameLength)
  const isSame =
    size === 5 + nameLength &&
    view.bytes[at] === 1 &&
    view.u32(at + 1) === crc32(name) &&
    view.bytes.compare(name, 0, nameLength, at + 5, at + size) === 0
  if (!isSame) throw new FleetError('UNICODE_PATH_MISMATCH')
}

/** Header fields that a ZIP64 record may replace, in the record's order. */
export interface WideFields {
  readonly size: number
  readonly compressedSize: number
  /** Absent in local headers. */
  readonly localOffset?: number | undefined
}

/**
 * Replaces saturated header fields by the values of the ZIP64 record (APPNOTE 4.5.3; rule 10): exactly the saturated ones, in
 * order. More values are allowed only if they repeat the header and every reader would count them alike.
 */
export function widen<Fields extends WideFields>(view: ByteView, fields: Fields, { zip64 }: ExtraField): Fields {
  const isNarrow =
    fields.size !== saturated.size && fields.compressedSize !== saturated.size && fields.localOffset !== saturated.size
  if (zip64 === undefined && isNarrow) return fields
  const names = ['size', 'compressedSize', ...('localOffset' in fields ? ['localOffset'] : [])] as (keyof WideFields)[]
  const isSaturated = (name: keyof WideFields): boolean => fields[name] === saturated.size
  const needed = names.filter(isSaturated)
  const fail = (detail: string): never => {
    throw new FleetError('ZIP64_EXTRA_INVALID', { detail })
  }
  if (zip64 === undefined) return fail('a saturated field has no 64-bit value')
  // More values than needed are clear only if the needed ones come first.
  const present = zip64.length === needed.length * 8 ? needed : names.slice(0, zip64.length / 8)
  if (zip64.length % 8 !== 0 || present.length * 8 !== zip64.length) fail('its length fits no set of fields')
  if (needed.some((name, index) => present[index] !== name)) fail('its values can be read in two ways')
  const wide: Partial<Record<keyof WideFields, number>> = {}
  for (const [index, name] of present.entries()) {
    const value = view.u64(zip64.at + index * 8)
    if (!isSaturated(name) && value !== fields[name]) fail(`it contradicts the header about ${name}`)
    wide[name] = value
  }
  return { ...fields, ...wide }
}
