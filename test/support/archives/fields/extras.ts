import { concat, crc32, extraRecord, littleEndian, toBytes, unicodePathExtra } from '../bytes.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { forms, ofEntry, sides, type FieldChange, type Side } from './change.ts'

/** The records of extra fields that APPNOTE 6.3.10 (4.5, 4.6) or a program defines, but for ZIP64. */
export const extraIds = [
  0x0007, 0x0008, 0x0009, 0x000a, 0x000c, 0x000d, 0x000e, 0x000f, 0x0014, 0x0015, 0x0016, 0x0017, 0x0018, 0x0019,
  0x0020, 0x0021, 0x0022, 0x0023, 0x0065, 0x0066, 0x07c8, 0x1986, 0x2605, 0x2705, 0x2805, 0x334d, 0x4154, 0x4341,
  0x4453, 0x4690, 0x4704, 0x470f, 0x4b46, 0x4c41, 0x4d49, 0x4d63, 0x4f4c, 0x5356, 0x5455, 0x554e, 0x5855, 0x6375,
  0x6542, 0x6854, 0x6c78, 0x7075, 0x7441, 0x756e, 0x7855, 0x7875, 0x9901, 0x9902, 0xa11e, 0xa220, 0xcafe, 0xd935,
  0xe57a, 0xfb4a, 0xfd4a,
]

const link = 0o120777
const target = 'AGENTS.md'

function asi(): Uint8Array {
  const data = concat(littleEndian(link, 2), littleEndian(target.length, 4), new Uint8Array(4), target)
  return concat(littleEndian(crc32(data), 4), data)
}

/** Contents that mean something in some record. */
const contents: Readonly<Record<string, Uint8Array>> = {
  nothing: new Uint8Array(),
  zeros: new Uint8Array(32),
  ones: new Uint8Array(32).fill(255),
  'a link of ASi': asi(),
  // Times and owner before it.
  'a link of PKWARE': concat(new Uint8Array(12), target),
  // Which members follow; made by, internal attributes, mode.
  'a mode of libarchive': concat(
    Uint8Array.of(7),
    littleEndian(0x0314, 2),
    littleEndian(0, 2),
    littleEndian(link * 65_536, 4),
  ),
  'another name': concat(Uint8Array.of(1), littleEndian(crc32(toBytes('a.md')), 4), 'b.md'),
  'a name of Xceed': concat('UCXU', littleEndian(4, 2), Buffer.from('b.md', 'utf16le')),
}

/** Every record with every content, in one header and in both. */
export function* changeExtras(): Generator<FieldChange> {
  for (const form of ['stored', 'deflated, descriptor'] as const) {
    const entry = forms[form]!
    for (const id of extraIds) {
      const field = `0x${id.toString(16).padStart(4, '0')}`
      for (const [what, data] of Object.entries(contents)) {
        for (const side of sides)
          yield ofEntry(`${form}: ${field} with ${what}, ${side}`, field, {
            ...entry,
            ...at(side, extraRecord(id, data)),
          })
      }
    }
    for (const side of sides)
      yield ofEntry(`${form}: its own name, ${side}`, '0x7075', {
        ...entry,
        ...at(side, unicodePathExtra('a.md', 'a.md')),
      })
  }
}

function at(side: Side, extra: Uint8Array): Partial<EntryPlan> {
  const fields = { extra }
  return side === 'both' ? { local: fields, central: fields } : { [side]: fields }
}
