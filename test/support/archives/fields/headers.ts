import type { EntryPlan } from '../zip-entry.ts'
import { centralRecord, localHeader } from '../zip-fields.ts'
import { forms, ofEntry, sides, type FieldChange, type Side } from './change.ts'

const small = [0, 1, 2, 4, 8, 9, 10, 20, 21, 25, 27, 45, 46, 50, 51, 61, 62, 63, 64, 99, 255]
const bits16 = Array.from({ length: 16 }, (_, bit) => 1 << bit)
const bits32 = Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0)
const types = [0, 0o010, 0o020, 0o040, 0o060, 0o100, 0o120, 0o140, 0o160, 0o170].map((type) => type << 9)
const permissions = [0o644, 0o755, 0o4755, 0o2755, 0o1777, 0o6755, 0o7777]
const modes = [...types.flatMap((type) => permissions.map((mode) => type | mode)), ...bits16]
const hosts = [...Array.from({ length: 32 }, (_, host) => host), 99, 255]
const sizes = [0, 1, 2, 0x7fff_ffff, 0xffff_ffff, ...bits32.slice(3)]

/** What to try in each field. Positions and lengths move other fields: they are a matter of the hostile archives. */
const values: Readonly<Record<string, readonly number[]>> = {
  version: [...small, ...bits16, 0x0314, 0x0a14, 0xff14, 0xffff],
  flags: bits16,
  method: [...small, ...bits16],
  time: [...bits16, 0xffff],
  date: [...bits16, 0, 0xffff],
  crc: [0, 0xffff_ffff, ...bits32],
  compressedSize: sizes,
  size: sizes,
  madeBy: small,
  host: hosts,
  disk: [1, 0xffff],
  internalAttributes: [...bits16, 0xffff],
  attributes: [...bits16, 0xffff],
  mode: modes,
}

/** Each field of the headers with each value, in one header and in both. */
export function* changeHeaders(): Generator<FieldChange> {
  for (const [form, entry] of Object.entries(forms)) {
    for (const side of sides) {
      for (const field of Object.keys(side === 'central' ? centralRecord : localHeader)) {
        for (const value of values[field] ?? [])
          yield ofEntry(`${form}: ${field} of ${side} is ${value}`, field, { ...entry, ...at(side, field, value) })
      }
    }
  }
}

function at(side: Side, field: string, value: number): Partial<EntryPlan> {
  const fields = { [field]: value }
  return side === 'both' ? { local: fields, central: fields } : { [side]: fields }
}

/** The kind of an entry: readers take it from one half of the attributes or the other, by the host or whatever it is. */
export function* changeKinds(): Generator<FieldChange> {
  for (const form of ['stored', 'folder'] as const) {
    const entry = forms[form]!
    for (const host of hosts) {
      for (const mode of modes)
        yield ofEntry(`${form}: host ${host}, mode ${mode.toString(8)}`, 'mode', { ...entry, host, mode })
      for (const attributes of values['attributes']!)
        yield ofEntry(`${form}: host ${host}, attributes ${attributes}`, 'attributes', {
          ...entry,
          host,
          mode: 0,
          attributes,
        })
    }
  }
}
