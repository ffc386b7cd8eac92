import { decodeText } from 'sallyport/provider'
import { FleetError } from '../fleet-error.ts'
import type { FleetErrorCode } from '../error-codes.ts'
import type { BundleFile } from './agent-bundle.ts'
import type { Reading } from './reading.ts'

/** The text of a file: valid UTF-8, without a byte order mark. */
export function readText({ path, bytes }: BundleFile): string {
  const read = decodeText(bytes)
  if (read.ok) return read.text
  throw new FleetError('TEXT_NOT_UTF8', { path, detail: `it is ${read.encoding}` })
}

/** The JSON object in a file. */
export function readJson(file: BundleFile, code: FleetErrorCode, reading: Reading): Record<string, unknown> {
  reading.takeDocument('json', file.bytes.length, code, file.path)
  let value: unknown
  try {
    value = JSON.parse(readText(file))
  } catch (cause) {
    if (FleetError.is(cause)) throw cause
    throw new FleetError(code, { path: file.path, detail: 'it is not valid JSON' })
  }
  if (!isPlainObject(value)) throw new FleetError(code, { path: file.path, detail: 'it is not a JSON object' })
  return value
}

export function isPlainObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
