import { agents } from '../hostile/fixture.ts'
import type { DescriptorFields } from '../zip-entry.ts'
import { endRecord, zip64Locator, zip64Record } from '../zip-fields.ts'
import { forms, ofEntry, type FieldChange } from './change.ts'

const numbers = [0, 1, 3, 10, 45, 46, 62, 255, 0xffff, 0xffff_ffff]
const entries = [agents, forms['stored']!]

/** Each field of the end records and of the data descriptor with other numbers. */
export function* changeEnds(): Generator<FieldChange> {
  for (const value of numbers) {
    for (const field of Object.keys(endRecord))
      yield {
        name: `${field} of the end is ${value}`,
        field: `end.${field}`,
        plan: { entries, end: { [field]: value } },
      }
    for (const field of Object.keys(zip64Record))
      yield {
        name: `${field} of the ZIP64 end is ${value}`,
        field: `zip64.${field}`,
        plan: { entries, zip64: { record: { [field]: value } } },
      }
    for (const field of Object.keys(zip64Locator))
      yield {
        name: `${field} of the ZIP64 locator is ${value}`,
        field: `locator.${field}`,
        plan: { entries, zip64: { locator: { [field]: value } } },
      }
    for (const field of ['crc', 'compressedSize', 'size'] satisfies (keyof DescriptorFields)[])
      yield ofEntry(`${field} of the descriptor is ${value}`, `descriptor.${field}`, {
        ...forms['deflated, descriptor']!,
        descriptor: { [field]: value },
      })
  }
}
