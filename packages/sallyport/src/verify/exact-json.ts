import { sourceOf } from './decode.ts'
import { hasEscapedName, readNames } from './parse-json.ts'

/** A step to a member: its name, or its place in a list. */
type Step = string | number

/**
 * Reads an id from a decoded body, digit by digit: a text, or a whole number of any size. A number and a text with the same
 * digits are the same id. `JSON.parse` alone makes one number of 9007199254740992 and 9007199254740993.
 *
 * @param body what `identify` or `decodeBody` gave; a copy has lost its digits, and numbers above 2^53 are then no ids
 * @returns `undefined` for a missing or empty id, and for any other type
 * @example
 * identify: ({ body }) => ({ id: readId(body, 'meta', 'id'), type: body.type, data: body.data })
 */
export function readId(body: object, ...path: readonly Step[]): string | undefined {
  const value = follow(body, path)
  if (typeof value === 'string') return value === '' ? undefined : value
  if (!Number.isInteger(value)) return undefined
  if (Number.isSafeInteger(value)) return String(value)
  const exact = follow(toExact(body), path)
  const digits = isRaw(exact) ? exact.rawJSON : String(exact)
  return /^-?\d+$/.test(digits) ? digits : undefined
}

/**
 * Reads a member of a decoded body to be written as JSON again: `JSON.stringify` writes the digits that were received, also
 * where a number cannot hold them.
 *
 * @param body what `decodeBody` gave
 * @example
 * JSON.stringify(readExact(body, 'payload')) // {"order":9007199254740993}
 */
export function readExact(body: object, ...path: readonly Step[]): unknown {
  const source = sourceOf(body)
  return follow(source !== undefined && hasLongNumber(source.bytes) ? (toExact(body) ?? body) : body, path)
}

/**
 * Parses JSON to be written again: `JSON.stringify` writes the digits that were parsed, also where a number cannot hold them.
 * Such a number is an object made by `JSON.rawJSON`.
 *
 * @throws SyntaxError for text that is not JSON; RangeError for some thousand levels
 * @example
 * signDelivery(sonzai(), { secret, body: parseExact('{"event_type":"agent.message","message_id":9007199254740993}') })
 */
export function parseExact(text: string): unknown {
  const value = exactJson.parse(text, (_name, member, { source }) =>
    typeof member === 'number' && source !== undefined ? toExactNumber(source) : member,
  )
  return hasEscapedName(text) ? readNames(text, toExactNumber) : value
}

function toExactNumber(digits: string): unknown {
  const value = Number(digits)
  return isLossy(value, digits) ? exactJson.rawJSON(digits) : value
}

function toExact(body: object): unknown {
  const source = sourceOf(body)
  if (source === undefined) return undefined
  if (source.exact === undefined) {
    const text = Buffer.from(source.bytes)
      .toString()
      .replace(/^\ufeff/, '')
    const root = parseOrGiveUp(text)
    source.exact = { root: source.isList ? { items: root } : root }
  }
  return source.exact.root
}

// `JSON.parse` with a reviver is recursive; without one it reads any depth.
function parseOrGiveUp(text: string): unknown {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}

function follow(root: unknown, path: readonly Step[]): unknown {
  let value = root
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Readonly<Record<Step, unknown>>)[step]
  }
  return value
}

function hasLongNumber(bytes: Uint8Array): boolean {
  return /[\d.]{16}/.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'))
}

// 15 digits always fit.
function isLossy(value: number, source: string): boolean {
  if (!Number.isFinite(value)) return true
  return String(value) !== source && source.replaceAll(/\D/g, '').length > 15
}

interface RawJson {
  readonly rawJSON: string
}

function isRaw(value: unknown): value is RawJson {
  return exactJson.isRawJSON(value)
}

// https://tc39.es/proposal-json-parse-with-source, in Node since 22; not in the types of ES2024.
const exactJson = JSON as unknown as {
  parse(
    text: string,
    reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
  ): unknown
  rawJSON(text: string): RawJson
  isRawJSON(value: unknown): value is RawJson
}
