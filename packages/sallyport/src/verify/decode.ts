import { isUtf8 } from 'node:buffer'
import { promisify, types } from 'node:util'
import { brotliDecompress, gunzip, inflate } from 'node:zlib'
import { isOwnError, SallyportError } from '../errors/sallyport-error.ts'
import { decodeForm, isJsonObject } from './decode-form.ts'
import type { BodyLimits, BodyReader } from './delivery.ts'
import { parseJson } from './parse-json.ts'
import { refuse, type Refusal } from './verdict.ts'

/** Content encodings that can be decoded within a limit. */
export type ContentEncoding = 'gzip' | 'deflate' | 'br'

/** Which compressed bodies a sender may send, and whether it signs the bytes on the wire or the decoded ones. */
export interface ContentRules {
  readonly accept: readonly ContentEncoding[]
  readonly signed: 'wire' | 'decoded'
}

const decoders = { gzip: promisify(gunzip), deflate: promisify(inflate), br: promisify(brotliDecompress) } as const

/**
 * The bytes of a body as a host passed them, also from another realm, as in a test runner's sandbox.
 *
 * @throws SallyportError `BODY_ALREADY_PARSED` for text, a parsed value or nothing. What a framework hands out as a body
 * depends on what was sent, so this is no wrong option.
 */
export function toBytes(body: unknown): Uint8Array {
  if (types.isUint8Array(body)) return body
  if (types.isArrayBuffer(body)) return new Uint8Array(body)
  const found = typeof body === 'string' ? 'text' : body === null ? 'null' : `a value of type ${typeof body}`
  throw new SallyportError(
    'BODY_ALREADY_PARSED',
    `body is ${found}, but the signature covers the exact bytes; pass a Buffer or Uint8Array ` +
      '(Express: express.raw({ type: "*/*" }); fetch: new Uint8Array(await request.arrayBuffer()))',
  )
}

/**
 * Asks a reader for the body. A reader of a host may fail in any way, or never end: it gets the time that a body may take.
 *
 * @throws SallyportError what the reader rejects with; `BODY_TIMEOUT`; `REQUEST_UNREADABLE` for anything else
 */
export function readBytes(reader: BodyReader, limits: BodyLimits): Promise<Uint8Array> {
  // No race: it runs for every delivery, and each further promise is a cost.
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new SallyportError('BODY_TIMEOUT')), limits.bodyTimeoutMs)
    const succeed = (bytes: Uint8Array): void => {
      clearTimeout(timer)
      resolve(bytes)
    }
    const fail = (cause: unknown): void => {
      clearTimeout(timer)
      const message = 'the function that reads the body failed'
      reject(isOwnError(cause) ? cause : new SallyportError('REQUEST_UNREADABLE', message, { cause }))
    }
    try {
      // A host's reader may return anything.
      Promise.resolve(reader(limits)).then(succeed, fail)
    } catch (cause) {
      fail(cause)
    }
  })
}

/** A body as signed, and decoded. The same bytes unless the body is compressed. */
export interface Content {
  readonly signed: Uint8Array
  readonly decoded: Uint8Array
}

/**
 * Decompresses a body within the receiver's limit.
 *
 * @throws SallyportError `BODY_TOO_LARGE` when the decoded body exceeds the limit,
 * `CONTENT_ENCODING_INVALID` when it is damaged
 */
export function decodeContent(
  body: Uint8Array,
  encoding: ContentEncoding | undefined,
  rules: ContentRules | undefined,
  maxBodyBytes: number,
): Content | Promise<Content> {
  return encoding === undefined ? { signed: body, decoded: body } : decompress(body, encoding, rules, maxBodyBytes)
}

async function decompress(
  body: Uint8Array,
  encoding: ContentEncoding,
  rules: ContentRules | undefined,
  maxBodyBytes: number,
): Promise<Content> {
  try {
    const decoded = await decoders[encoding](body, { maxOutputLength: maxBodyBytes })
    return { decoded, signed: rules?.signed === 'decoded' ? decoded : body }
  } catch (cause) {
    // Workers give it no code.
    const isTooLarge = cause instanceof RangeError
    throw new SallyportError(isTooLarge ? 'BODY_TOO_LARGE' : 'CONTENT_ENCODING_INVALID', undefined, { cause })
  }
}

/** A parsed JSON object; its members come from outside. */
export type JsonObject = { readonly [name: string]: unknown }

/** What a body was decoded from, and what parsing it exactly gave. */
interface Source {
  bytes: Uint8Array
  /** Whether the bytes are a list, which the decoded body has as `items`. */
  readonly isList: boolean
  exact?: { readonly root: unknown } | undefined
}

// Returns what it is given: a class that extends it adds its private fields to any object.
const Given = function (given: object): object {
  return given
} as unknown as new (given: object) => object

/**
 * Keeps the bytes of a decoded body in a private field of it, which nothing shows and no copy has. A weak map would do the same,
 * but takes a quarter of the time of parsing a small body. Decoding keeps no digits: few bodies need them, and finding them takes 5
 * to 20 times as long.
 */
class Decoded extends Given {
  readonly #source: Source

  private constructor(body: object, source: Source) {
    super(body)
    this.#source = source
  }

  static from(body: object, source: Source): JsonObject {
    return new Decoded(body, source) as object as JsonObject
  }

  static sourceOf(body: object): Source | undefined {
    // A provider may pass what it found in a body, whatever that is.
    const isObject: boolean = typeof body === 'object' && body !== null
    return isObject && #source in body ? body.#source : undefined
  }
}

/** What a body was decoded from; `undefined` for any other object, a copy of a body too. */
export const sourceOf = Decoded.sourceOf

/**
 * Decodes a verified body: valid UTF-8 (a leading byte order mark is allowed), JSON, an object at the top. Reads the JSON as
 * `decodeJson` does. Where the sender also writes lists, a list becomes `{ items: [...] }`.
 *
 * @param rules a provider. Where its sender also writes forms, the bytes say what the body is: JSON begins with `{`. The
 * `Content-Type` does not: it is not signed, and another one would give signed bytes another reading.
 */
export function decodeBody(
  body: Uint8Array,
  { forms = false, lists = false }: { readonly forms?: boolean | undefined; readonly lists?: boolean | undefined } = {},
): { readonly ok: true; readonly body: JsonObject } | Refusal {
  if (!isUtf8(body)) return refuse('BODY_NOT_UTF8')
  const text = toText(body)
  if (forms && !isJsonObject(body)) return decodeForm(text)
  let value: unknown
  try {
    value = decodeJson(text)
  } catch {
    return refuse('BODY_NOT_JSON')
  }
  const isList = Array.isArray(value)
  if (typeof value !== 'object' || value === null || (isList && !lists)) return refuse('BODY_NOT_OBJECT')
  const content = isList ? { items: value } : value
  return { ok: true, body: Decoded.from(content, { bytes: body, isList }) }
}

/**
 * Parses JSON from outside. Members have the names that the text gives them, whatever was parsed before; `JSON.parse` of V8 may
 * mistake an escaped one. Of two members with one name the last one counts. Drops members that could reach a prototype when
 * the value is copied: `__proto__`, and a `constructor` with a `prototype`.
 *
 * @throws SyntaxError for text that is not JSON
 * @example
 * decodeJson('{"typ\\u0065":"order.paid"}') // { type: 'order.paid' }
 */
export function decodeJson(text: string): unknown {
  // Without a backslash no name is escaped.
  const isEscaped = text.includes('\\')
  const value: unknown = isEscaped ? parseJson(text) : JSON.parse(text)
  if (typeof value === 'object' && value !== null && mayReachPrototype(text, isEscaped)) dropPrototypeMembers(value)
  return value
}

function toText(body: Uint8Array): string {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const text = bytes.toString()
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

// Escapes can spell either name. Two native scans spare nearly every body the walk.
function mayReachPrototype(text: string, isEscaped: boolean): boolean {
  const isNamed = text.includes('proto') && (text.includes('__proto__') || text.includes('"prototype"'))
  return isNamed || (isEscaped && text.includes('\\u00'))
}

function dropPrototypeMembers(root: object): void {
  const pending: object[] = [root]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Object.hasOwn(next, '__proto__')) delete (next as Record<string, unknown>)['__proto__']
    const constructor: unknown = Object.hasOwn(next, 'constructor') ? next.constructor : undefined
    if (typeof constructor === 'object' && constructor !== null && Object.hasOwn(constructor, 'prototype')) {
      delete (next as Record<string, unknown>)['constructor']
    }
    for (const child of Object.values(next) as unknown[])
      if (typeof child === 'object' && child !== null) pending.push(child)
  }
}
