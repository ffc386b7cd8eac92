import { isUtf8 } from 'node:buffer'
import { toVisible } from 'sallyport/provider'
import { toTarget, type WrittenRequest } from './to-http-file.ts'

const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
// curl writes these itself.
const ofConnection = /^(?:host|content-length|transfer-encoding|connection|expect|keep-alive|upgrade|te)$/i

/**
 * Writes a request as a command for a POSIX shell. Every text is in single quotes, nothing in it controls a terminal, and a body
 * that is no plain text comes through `base64`.
 *
 * @example
 * toCurl(event) // curl -g -X POST -H 'content-type: application/json' --data-raw '{}' 'http://localhost/hook'
 */
export function toCurl({
  method,
  url,
  headers,
  body,
  ...event
}: WrittenRequest & { secure?: boolean | undefined }): string {
  const lines = headers
    .filter(([name]) => token.test(name) && !ofConnection.test(name))
    .map(([name, value]) => {
      const shown = value.replaceAll(/[^\x20-\x7e]/g, '?')
      // With a colon and no value curl would leave the header out.
      return `-H ${quote(shown.trim() === '' ? `${name};` : `${name}: ${shown}`)}`
    })
  const text = toPlainText(body)
  const data = text === undefined ? '--data-binary @-' : `--data-raw ${quote(text)}`
  const parts = [
    `curl -g -X ${/^[A-Z]{1,20}$/.test(method) ? method : 'POST'}`,
    ...lines,
    ...(body.byteLength === 0 ? [] : [data]),
    quote(toAddress(url, headers, event.secure)),
  ]
  const command = parts.join(' \\\n  ')
  const pipe = text === undefined ? `printf %s ${quote(Buffer.from(body).toString('base64'))} | base64 -d | ` : ''
  return `${pipe}${command}\n`
}

/** The body, where a shell and a terminal show it as it is. */
function toPlainText(body: Uint8Array): string | undefined {
  if (!isUtf8(body) || body.byteLength > 65_536) return undefined
  const text = Buffer.from(body).toString()
  // A tab would complete a file name.
  return text.includes('\t') || toVisible(text, 'lines') !== text ? undefined : text
}

function toAddress(url: string, headers: WrittenRequest['headers'], secure: boolean | undefined): string {
  const target = toTarget(url)
  // Nobody signs it: curl would read files for `file:`.
  if (/^https?:\/\//i.test(target) && URL.canParse(target)) return target
  const [, host = ''] = headers.find(([name]) => name.toLowerCase() === 'host') ?? []
  const known = /^[\w.:[\]-]+$/.test(host) ? host : 'localhost:3000'
  return `${secure === true ? 'https' : 'http'}://${known}${target.startsWith('/') ? '' : '/'}${target}`
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
