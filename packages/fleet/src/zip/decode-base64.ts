import type { LongText } from 'sallyport/provider'
import { FleetError } from '../fleet-error.ts'
import type { Reading } from '../bundle/reading.ts'

// A multiple of 4, so that slices decode on their own; small enough to decode well within a slice of time.
const sliceLength = 4 * 1024 * 1024
// Each slice of a `LongText` becomes a text of its own: of this size the next few collections of young garbage free it.
const longTextSlice = 48 * 1024

/**
 * Decodes canonical base64 (RFC 4648, section 4) strictly: no white space, no URL alphabet, exact padding, no leftover bits.
 * The length is checked before anything is decoded.
 *
 * @throws FleetError `ARCHIVE_TOO_LARGE`, `BASE64_INVALID`
 */
export async function decodeBase64(text: string | LongText, reading: Reading): Promise<Buffer> {
  const { length } = text
  if (length === 0 || length % 4 !== 0) throw invalid('the length is not a multiple of 4')
  const lastCharacters = text.slice(-4)
  const padding = lastCharacters.endsWith('==') ? 2 : lastCharacters.endsWith('=') ? 1 : 0
  const decodedLength = (length / 4) * 3 - padding
  if (decodedLength > reading.limits.maxArchiveBytes) throw new FleetError('ARCHIVE_TOO_LARGE')
  const isShort = typeof text === 'string' && length <= sliceLength
  const bytes = isShort ? decodeAtOnce(text) : await decodeInSlices(text, decodedLength, reading)
  // Node skips foreign characters and stops at the first "=": either makes the result shorter.
  if (bytes.length !== decodedLength) throw invalid('it contains characters outside the alphabet')
  const lastGroup = bytes.subarray(decodedLength - (3 - padding)).toString('base64')
  if (lastGroup !== lastCharacters) throw invalid('the last group has leftover bits')
  return bytes
}

// Twice as fast as writing into a buffer, which saves the memory of a second one.
function decodeAtOnce(text: string): Buffer {
  refuseForeign(text)
  return Buffer.from(text, 'base64')
}

async function decodeInSlices(text: string | LongText, decodedLength: number, reading: Reading): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(decodedLength)
  const step = typeof text === 'string' ? sliceLength : longTextSlice
  let written = 0
  for (let start = 0; start < text.length; start += step) {
    const slice = text.slice(start, start + step)
    refuseForeign(slice)
    written += bytes.write(slice, written, 'base64')
    if (reading.isLate()) await reading.pause()
  }
  return bytes.subarray(0, written)
}

// Costs nothing for text with one byte per character, as JSON.parse returns it.
const beyondOneByte = /[\u0100-\uffff]/

function refuseForeign(text: string): void {
  // Node reads these as + and /, and the decoded length would not show it.
  if (text.includes('-') || text.includes('_')) throw invalid('the URL alphabet is not accepted')
  // Node cuts each character to its low byte, so a foreign letter could pass for one of the alphabet.
  if (beyondOneByte.test(text)) throw invalid('it contains characters outside the alphabet')
}

function invalid(detail: string): FleetError {
  return new FleetError('BASE64_INVALID', { detail })
}
