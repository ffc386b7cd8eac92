import { writeLittleEndian } from '../bytes.ts'
import { findRecords } from './mutate-bytes.ts'

/**
 * Fits the end record and the offsets of the directory to the bytes, so that damage in the middle is not rejected only
 * because it moved other parts.
 */
export function repair(bytes: Uint8Array): Uint8Array {
  const records = findRecords(bytes)
  const end = records.findLast(({ kind }) => kind === 'endRecord')
  const centrals = records.filter(({ kind }) => kind === 'centralRecord')
  const locals = records.filter(({ kind }) => kind === 'localHeader')
  if (!end || centrals.length === 0 || end.offset + 22 > bytes.length) return bytes

  const repaired = bytes.slice()
  const directory = centrals[0]!.offset
  writeLittleEndian(repaired, end.offset + 8, centrals.length, 2)
  writeLittleEndian(repaired, end.offset + 10, centrals.length, 2)
  writeLittleEndian(repaired, end.offset + 12, end.offset - directory, 4)
  writeLittleEndian(repaired, end.offset + 16, directory, 4)
  writeLittleEndian(repaired, end.offset + 20, bytes.length - end.offset - 22, 2)
  for (const [index, { offset }] of centrals.entries()) {
    const local = locals[index]
    if (local && offset + 46 <= bytes.length) writeLittleEndian(repaired, offset + 42, local.offset, 4)
  }
  return repaired
}
