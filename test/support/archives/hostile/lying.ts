import { deflateRawSync, constants } from 'node:zlib'
import { concat } from '../bytes.ts'
import type { EntryPlan } from '../zip-entry.ts'
import { zip } from './fixture.ts'

interface Declared {
  readonly size?: number
  readonly compressedSize?: number
  readonly crc?: number
}

/** An entry whose headers agree on a wrong value. */
export function lying(plan: Omit<EntryPlan, 'name'>, declared: Declared): Uint8Array {
  return zip({ name: 'a.bin', ...plan, local: declared, central: declared })
}

/** The same, also in a data descriptor. */
export function lyingLater(plan: Omit<EntryPlan, 'name'>, declared: Declared): Uint8Array {
  return zip({ name: 'a.bin', ...plan, descriptor: declared, central: declared })
}

/** This many MiB of zeros, deflated without holding them in memory. */
export function zerosDeflated(mebibytes: number): Uint8Array {
  // Ends on a byte boundary and refers to nothing before it.
  const one = deflateRawSync(new Uint8Array(1024 * 1024), { level: 9, finishFlush: constants.Z_FULL_FLUSH })
  return concat(...Array.from({ length: mebibytes }, () => one), Uint8Array.of(3, 0))
}
