import { decodeText } from 'sallyport/provider'
import { CliError } from './cli-error.ts'

/**
 * The text of a file that a person wrote: UTF-8, without its byte order mark.
 *
 * @param place the option or reference that named the file, for the message
 * @throws CliError `ENCODING_UNSUPPORTED`, naming the encoding
 */
export function readText(bytes: Uint8Array, place: string): string {
  const read = decodeText(bytes)
  if (read.ok) return read.text
  const what = read.encoding.startsWith('not') ? read.encoding : `encoded in ${read.encoding}`
  throw new CliError('configuration', 'ENCODING_UNSUPPORTED', `${place} is ${what}`, {
    fix: 'Save it as UTF-8; in PowerShell: Out-File -Encoding utf8.',
  })
}
