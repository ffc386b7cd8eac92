import { decodeText } from 'sallyport/provider'
import { FleetError } from '../fleet-error.ts'
import type { FleetErrorCode } from '../error-codes.ts'
import { JsonFault } from '../json/json-fault.ts'
import { parseJson } from '../json/parse-json.ts'
import type { BundleFile } from './agent-bundle.ts'
import type { Reading } from './reading.ts'

// No model reads more, and decoding it would hold the event loop.
const longestText = 2 * 1024 * 1024

/**
 * The text of a document: valid UTF-8, without a byte order mark.
 *
 * @throws FleetError `TEXT_NOT_UTF8`, `FILE_TOO_LARGE` beyond 2 MiB
 */
export function readText({ path, bytes }: BundleFile): string {
  if (bytes.length > longestText)
    throw new FleetError('FILE_TOO_LARGE', { path, detail: `a document is longer than ${longestText} bytes` })
  const read = decodeText(bytes)
  if (read.ok) return read.text
  throw new FleetError('TEXT_NOT_UTF8', { path, detail: `it is ${read.encoding}` })
}

// Listing the names of a hundred thousand takes a tenth of a second.
const mostMembers = 10_000

/**
 * The JSON object in a file. Not by `JSON.parse`: that takes the last of two members of one name where other readers take the
 * first, holds the event loop, and in Node 24 can take an escaped name for another.
 *
 * @throws FleetError `DUPLICATE_MEMBER`, or `code` for anything but an object
 */
export async function readJson(
  file: BundleFile,
  code: FleetErrorCode,
  reading: Reading,
): Promise<Record<string, unknown>> {
  const { path } = file
  reading.takeDocument('json', file.bytes.length, code, path)
  const text = readText(file)
  try {
    const { value } = await parseJson(text, reading, { mostMembers })
    if (isPlainObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error
    const { kind, place } = error
    if (kind === 'size')
      throw new FleetError(code, { path, detail: `an object has more than ${mostMembers} members: ${place}` })
    if (kind === 'duplicate') throw new FleetError('DUPLICATE_MEMBER', { path, detail: `the second is at ${place}` })
    throw new FleetError(code, { path, detail: `it is not valid JSON: ${place}` })
  }
  throw new FleetError(code, { path, detail: 'it is not a JSON object' })
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
