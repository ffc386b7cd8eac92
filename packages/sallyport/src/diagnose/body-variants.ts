import { isUtf8 } from 'node:buffer'
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import type { DiagnosisCause } from './causes.ts'
import { parseJson } from '../verify/parse-json.ts'
import { jsonForms } from './json-forms.ts'

/** A body as it may have been when it was signed. */
export interface BodyVariant {
  readonly cause: DiagnosisCause
  /** What happened to it since. */
  readonly detail: string
  readonly body: Uint8Array
}

const lineFeed = '\n'
const bom = Buffer.from('\ufeff')
const largestDecoded = 16 * 1024 * 1024

/**
 * The bodies that the received one may have been before, the likeliest first. A generator, so that an early match costs no
 * more.
 */
export function* bodyVariants(received: Uint8Array): Generator<BodyVariant> {
  const body = Buffer.from(received.buffer, received.byteOffset, received.byteLength)
  yield* whitespaceVariants(body)
  yield* lineEndingVariants(body)
  yield* byteOrderMarkVariants(body)
  yield* jsonVariants(body)
  yield* charsetVariants(body)
  yield* wrappingVariants(body)
}

function* whitespaceVariants(body: Buffer): Generator<BodyVariant> {
  const cause = 'BODY_WHITESPACE'
  const text = body.toString('latin1')
  const lastLine = /\r?\n$/.exec(text)?.[0].length ?? 0
  if (lastLine > 0) yield { cause, detail: 'a line end was added at its end', body: body.subarray(0, -lastLine) }
  yield { cause, detail: 'the line end at its end was removed', body: Buffer.concat([body, Buffer.from(lineFeed)]) }
  yield {
    cause,
    detail: 'the line end (CRLF) at its end was removed',
    body: Buffer.concat([body, Buffer.from('\r\n')]),
  }
  const trimmed = trimBlanks(text)
  if (trimmed.length < text.length)
    yield { cause, detail: 'white space was added around it', body: Buffer.from(trimmed, 'latin1') }
}

// No regular expression for blanks before the end: it would start again at each of a million blanks.
function trimBlanks(text: string): string {
  let end = text.length
  while (end > 0 && ' \t\r\n'.includes(text[end - 1]!)) end--
  return text.slice(0, end).replace(/^[ \t\r\n]+/, '')
}

function* lineEndingVariants(body: Buffer): Generator<BodyVariant> {
  const cause = 'BODY_LINE_ENDINGS'
  const text = body.toString('latin1')
  if (!text.includes(lineFeed)) return
  const unix = text.replaceAll('\r\n', lineFeed)
  if (unix !== text) {
    yield { cause, detail: 'LF became CRLF', body: Buffer.from(unix, 'latin1') }
    yield {
      cause,
      detail: 'LF became CRLF, and one was added at its end',
      body: Buffer.from(unix.replace(/\n$/, ''), 'latin1'),
    }
    return
  }
  const windows = text.replaceAll(lineFeed, '\r\n')
  yield { cause, detail: 'CRLF became LF', body: Buffer.from(windows, 'latin1') }
  yield {
    cause,
    detail: 'CRLF became LF, and one was added at its end',
    body: Buffer.from(windows.replace(/\r\n$/, ''), 'latin1'),
  }
}

function* byteOrderMarkVariants(body: Buffer): Generator<BodyVariant> {
  const cause = 'BODY_BYTE_ORDER_MARK'
  if (body.subarray(0, 3).equals(bom)) yield { cause, detail: 'one was added', body: body.subarray(3) }
  else yield { cause, detail: 'it was taken away', body: Buffer.concat([bom, body]) }
}

function* jsonVariants(body: Buffer): Generator<BodyVariant> {
  const text = body.toString()
  let value: unknown
  try {
    value = parseJson(text.startsWith('\ufeff') ? text.slice(1) : text)
  } catch {
    return
  }
  if (typeof value === 'string') {
    yield { cause: 'BODY_ENCODED', detail: 'it was written into a JSON string', body: Buffer.from(value) }
    return
  }
  for (const { detail, text: form } of jsonForms(value, text))
    yield { cause: 'BODY_RESERIALISED', detail, body: Buffer.from(form) }
}

function* charsetVariants(body: Buffer): Generator<BodyVariant> {
  const cause = 'BODY_CHARSET'
  if (body.every((byte) => byte < 0x80)) return
  const text = body.toString()
  if (isUtf8(body)) {
    // Every character of what a Latin-1 decoder made lies below 256; Windows-1252 has its own from 128 to 159.
    const latin = Buffer.from(text, 'latin1')
    if (latin.toString('latin1') === text)
      yield { cause, detail: 'UTF-8 was read as Latin-1 and written as UTF-8', body: latin }
    const windows = fromWindows1252(text)
    if (windows) yield { cause, detail: 'UTF-8 was read as Windows-1252 and written as UTF-8', body: windows }
  } else {
    yield { cause, detail: 'UTF-8 was written as Latin-1', body: Buffer.from(body.toString('latin1'), 'utf8') }
  }
}

// https://encoding.spec.whatwg.org/index-windows-1252.txt, 0x80 to 0x9f.
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

function fromWindows1252(text: string): Buffer | undefined {
  const bytes: number[] = []
  for (const character of text) {
    const special = windows1252.indexOf(character)
    const code = special < 0 ? character.codePointAt(0)! : 0x80 + special
    if (code > 255) return undefined
    bytes.push(code)
  }
  return Buffer.from(bytes)
}

function* wrappingVariants(body: Buffer): Generator<BodyVariant> {
  const cause = 'BODY_ENCODED'
  const text = body.toString('latin1').trim()
  if (/^[A-Za-z0-9+/\r\n]+={0,2}$/.test(text) && text.length > 0)
    yield { cause, detail: 'it was written as base64', body: Buffer.from(text, 'base64') }
  if (/%[0-9a-fA-F]{2}/.test(text) && /^[!-~]+$/.test(text)) {
    const decoded = decodeForm(text)
    if (decoded !== undefined) yield { cause, detail: 'it was percent-encoded', body: Buffer.from(decoded) }
  }
  for (const [name, decode] of decoders) {
    const decoded = attempt(() => decode(body, { maxOutputLength: largestDecoded }))
    if (decoded) yield { cause, detail: `it was compressed (${name})`, body: decoded }
  }
}

const decoders = [
  ['gzip', gunzipSync],
  ['deflate', inflateSync],
  ['br', brotliDecompressSync],
] as const

function decodeForm(text: string): string | undefined {
  return attempt(() => decodeURIComponent(text.replaceAll('+', ' ')))
}

function attempt<Value>(make: () => Value): Value | undefined {
  try {
    return make()
  } catch {
    return undefined
  }
}
