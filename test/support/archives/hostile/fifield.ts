import { concat, concatAll, crc32, deflate, littleEndian } from '../bytes.ts'
import { encodeEntry, type EntryPlan } from '../zip-entry.ts'
import { zip } from './fixture.ts'

interface Quoted {
  readonly name: string
  readonly sizes: { readonly crc: number; readonly size: number; readonly compressedSize: number }
  readonly local: Uint8Array
}

// Hashing every content of a large bomb would take minutes, and no reader gets far enough to compare.
const mostHashed = 5_000_000

/**
 * A bomb in the manner of Fifield's "A better zip bomb" (WOOT 2019): the data of each entry is a stored block that quotes
 * the local header of the next one, and then the data of that one. All end in the same kernel.
 */
export function quoted(count: number, kernelSize: number): Uint8Array {
  const kernel = deflate(new Uint8Array(kernelSize), 9)
  let content: Uint8Array = new Uint8Array(kernelSize)
  let size = kernelSize
  let compressedSize = kernel.length
  const fromLast: Quoted[] = []
  for (let index = count - 1; index >= 0; index--) {
    const next = fromLast.at(-1)
    if (next) {
      size += next.local.length
      compressedSize += next.local.length + 5
      if (count * kernelSize <= mostHashed) content = concat(next.local, content)
    }
    const name = `${index}.bin`
    const sizes = { crc: crc32(content), size, compressedSize }
    const local = encodeEntry({ name, method: 8, data: '', local: sizes }).local([])
    fromLast.push({ name, sizes, local })
  }

  const entries = fromLast.toReversed()
  const quotes = entries.slice(1).map(({ local }) => concat(quote(local.length), local))
  let start = 0
  const plans = entries.map(({ name, sizes, local }, index): EntryPlan => {
    const shift = start
    start += local.length + 5
    const central: EntryPlan['central'] = (_fields, offsets) => ({ ...sizes, offset: offsets[1]! + shift })
    if (index > 0) return { name, method: 8, data: '', present: false, central }
    return { name, method: 8, data: concatAll([...quotes, kernel]), local: sizes, central }
  })
  return zip(...plans)
}

/** The head of a stored block, not the last one, of this many bytes (RFC 1951, 3.2.4). */
function quote(length: number): Uint8Array {
  return concat(Uint8Array.of(0), littleEndian(length, 2), littleEndian(~length, 2))
}
