import { concat, writeLittleEndian } from '../bytes.ts'
import { centralRecord, endRecord, localHeader, signatures, zip64Locator, zip64Record } from '../zip-fields.ts'
import type { Random } from '../../random.ts'

const layouts = {
  localHeader,
  centralRecord,
  zip64Record,
  zip64Locator,
  endRecord,
  descriptor: { signature: 4, crc: 4, compressedSize: 4, size: 4 },
} as const

type RecordKind = keyof typeof layouts

interface FoundRecord {
  readonly kind: RecordKind
  readonly offset: number
}

export type ByteMutator = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array

/** Every position where a record seems to begin. */
export function findRecords(bytes: Uint8Array): FoundRecord[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const found: FoundRecord[] = []
  for (let offset = 0; offset + 4 <= bytes.length; offset++) {
    if (bytes[offset] !== 0x50 || bytes[offset + 1] !== 0x4b) continue
    const value = view.getUint32(offset, true)
    for (const kind of Object.keys(layouts) as RecordKind[]) {
      if (signatures[kind] === value) found.push({ kind, offset })
    }
  }
  return found
}

/** Numbers at the limits of fields and of this archive. */
function valueFor(random: Random, bytes: Uint8Array, current: number): number | bigint {
  const offsets = findRecords(bytes).map(({ offset }) => offset)
  return random.pick<() => number | bigint>([
    () => current + 1,
    () => current - 1,
    () => current ^ (1 << random.integer(32)),
    () => current + random.integer(64) - 32,
    () => current * 2,
    () =>
      random.pick([
        0, 1, 2, 4, 8, 9, 12, 14, 20, 45, 63, 99, 0x7f, 0x80, 0xff, 0x800, 0xfffe, 0xffff, 0x7fffffff, 0xfffffffe,
        0xffffffff,
      ]),
    () => random.pick([2n ** 53n, 2n ** 63n, 0xffff_ffff_ffff_ffffn, 2n ** 32n, 2n ** 32n + BigInt(current >>> 0)]),
    () => bytes.length - random.integer(4),
    () => (offsets.length > 0 ? random.pick(offsets) : 0),
    () => random.integer(2 ** 32),
  ])()
}

const flipBits: ByteMutator = (bytes, random) => {
  const altered = bytes.slice()
  for (let count = 1 + random.integer(4); count > 0; count--)
    altered[random.integer(bytes.length)]! ^= 1 << random.integer(8)
  return altered
}

const setBytes: ByteMutator = (bytes, random) => {
  const altered = bytes.slice()
  for (let count = 1 + random.integer(4); count > 0; count--)
    altered[random.integer(bytes.length)] = random.pick([0, 1, 0x2e, 0x2f, 0x50, 0x5c, 0x7f, 0x80, 0xff])
  return altered
}

const cut: ByteMutator = (bytes, random) => {
  const at = random.integer(bytes.length)
  return random.oneIn(2) ? bytes.slice(0, at) : bytes.slice(at)
}

const insert: ByteMutator = (bytes, random, other) => {
  const at = boundary(bytes, random)
  const start = random.integer(other.length)
  const inserted = random.oneIn(2)
    ? random.bytes(1 + random.integer(40))
    : other.slice(start, start + 1 + random.integer(80))
  return concat(bytes.subarray(0, at), inserted, bytes.subarray(at))
}

const remove: ByteMutator = (bytes, random) => {
  const [start, end] = range(bytes, random)
  return concat(bytes.subarray(0, start), bytes.subarray(end))
}

const duplicate: ByteMutator = (bytes, random) => {
  const [start, end] = range(bytes, random)
  const at = random.oneIn(2) ? end : boundary(bytes, random)
  return concat(bytes.subarray(0, at), bytes.subarray(start, end), bytes.subarray(at))
}

const splice: ByteMutator = (bytes, random, other) =>
  concat(bytes.subarray(0, boundary(bytes, random)), other.subarray(boundary(other, random)))

/** Swaps two records of one kind. */
const swap: ByteMutator = (bytes, random) => {
  const records = findRecords(bytes)
  if (records.length < 2) return flipBits(bytes, random, bytes)
  const { kind } = random.pick(records)
  const [first, second] = [
    random.pick(records.filter((record) => record.kind === kind)),
    random.pick(records.filter((record) => record.kind === kind)),
  ]
  const length = Object.values(layouts[kind]).reduce((sum, width) => sum + width, 0) + random.pick([0, 0, 4, 9])
  const altered = bytes.slice()
  altered.set(
    bytes.subarray(second.offset, second.offset + length).subarray(0, bytes.length - first.offset),
    first.offset,
  )
  altered.set(
    bytes.subarray(first.offset, first.offset + length).subarray(0, bytes.length - second.offset),
    second.offset,
  )
  return altered
}

const setField: ByteMutator = (bytes, random) => {
  const records = findRecords(bytes)
  if (records.length === 0) return flipBits(bytes, random, bytes)
  const altered = bytes.slice()
  const { kind, offset } = random.pick(records)
  write(altered, kind, offset, random.pick(Object.keys(layouts[kind])), random)
  return altered
}

/** Sets a field of all records, or of a local header and its directory record, to the same value. */
const setFieldEverywhere: ByteMutator = (bytes, random) => {
  const records = findRecords(bytes)
  const field = random.pick([
    'flags',
    'method',
    'crc',
    'size',
    'compressedSize',
    'time',
    'version',
    'extraLength',
    'nameLength',
  ])
  const locals = records.filter(({ kind }) => kind === 'localHeader')
  const centrals = records.filter(({ kind }) => kind === 'centralRecord')
  if (locals.length === 0 || centrals.length === 0) return setField(bytes, random, bytes)
  const index = random.integer(Math.min(locals.length, centrals.length))
  const altered = bytes.slice()
  const value = write(altered, 'centralRecord', centrals[index]!.offset, field, random)
  write(altered, 'localHeader', locals[index]!.offset, field, random, value)
  return altered
}

function write(
  bytes: Uint8Array,
  kind: RecordKind,
  offset: number,
  field: string,
  random: Random,
  value?: number | bigint,
): number | bigint {
  let start = offset
  for (const [name, width] of Object.entries(layouts[kind])) {
    if (name === field && start + width <= bytes.length) {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      const current =
        width === 1 ? view.getUint8(start) : width === 2 ? view.getUint16(start, true) : view.getUint32(start, true)
      const chosen = value ?? valueFor(random, bytes, current)
      writeLittleEndian(bytes, start, chosen, width)
      return chosen
    }
    start += width
  }
  return 0
}

/** Usually where a record begins. */
function boundary(bytes: Uint8Array, random: Random): number {
  const records = findRecords(bytes)
  return records.length === 0 || random.oneIn(4) ? random.integer(bytes.length + 1) : random.pick(records).offset
}

function range(bytes: Uint8Array, random: Random): [number, number] {
  const [one, other] = [boundary(bytes, random), boundary(bytes, random)]
  return one < other ? [one, other] : [other, Math.min(bytes.length, other === one ? one + 1 + random.integer(8) : one)]
}

export const byteMutators: readonly ByteMutator[] = [
  flipBits,
  setBytes,
  cut,
  insert,
  remove,
  duplicate,
  splice,
  swap,
  setField,
  setField,
  setField,
  setFieldEverywhere,
  setFieldEverywhere,
]
