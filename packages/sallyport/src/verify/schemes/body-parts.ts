import { isUtf8 } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { decodeForm, isJsonObject } from '../decode-form.ts'
import type { Delivery, DeliveryHead } from '../delivery.ts'
import { decodeStrict } from '../encoding.ts'
import { readParameters } from '../url-parameters.ts'
import { refuse, type Refusal } from '../verdict.ts'

/** The CRC-32 of a body as a decimal number. */
export function writeCrc32(body: Uint8Array): string {
  return String(crc32(body))
}

/**
 * The fields of a form as Twilio signs them: names in order, each followed by its value; of a repeated name each different
 * value in order. `''` for a body that is no form, or has no field.
 *
 * @returns UTF-8, one character per byte
 */
export function writeForm(body: Uint8Array): string {
  const fields = readForm(body) ?? {}
  const names = Object.keys(fields).toSorted(byCodeUnit)
  const text = names.flatMap((name) => valuesOf(fields[name]!).map((value) => name + value)).join('')
  return Buffer.from(text).toString('latin1')
}

/** Whether a body is a form with a field. JSON is none: which one it is, its bytes say, as where the event is read. */
export function isForm(body: Uint8Array): boolean {
  return Object.keys(readForm(body) ?? {}).length > 0
}

type Fields = Readonly<Record<string, string | readonly string[]>>

function readForm(body: Uint8Array): Fields | undefined {
  if (!isUtf8(body) || isJsonObject(body)) return undefined
  const form = decodeForm(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'))
  return form.ok ? (form.body as Fields) : undefined
}

function valuesOf(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : [...new Set(value)].toSorted(byCodeUnit)
}

// As `sort()` does, and not by the rules of a language.
function byCodeUnit(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** Reads the SHA-256 of the body in a URL parameter, so that a missing or repeated one is refused before the body is read. */
export function checkBodyHash({ url }: DeliveryHead, parameter: string): Refusal | undefined {
  const [value, ...more] = readParameters(url, parameter)
  if (more.length > 0) return refuse('PARAMETER_DUPLICATED')
  return value !== undefined && /^[\da-f]{64}$/i.test(value) ? undefined : refuse('SIGNED_URL_INVALID')
}

/** Whether the body is the one whose SHA-256 a URL parameter holds; compared in constant time. */
export function hasBodyHash({ url, body }: Delivery, parameter: string): boolean {
  const [value = '', ...more] = readParameters(url, parameter)
  const hash = decodeStrict(value, 'hex')
  return more.length === 0 && hash?.length === 32 && timingSafeEqual(hash, createHash('sha256').update(body).digest())
}

/** A URL in which some characters are written plainly that it has percent-encoded. */
export function decodeOnly(url: string, characters: string): string {
  if (characters === '') return url
  return url.replaceAll(/%[\da-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16))
    return characters.includes(character) ? character : code
  })
}
