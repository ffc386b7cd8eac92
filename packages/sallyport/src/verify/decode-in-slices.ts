import { randomUUID } from 'node:crypto'
import { decodeBody, sourceOf, type JsonObject } from './decode.ts'
import { findLongTexts, leastLength, type Span } from './find-long-texts.ts'
import { LongText } from './long-text.ts'
import type { Provider } from './provider.ts'

type Decoded = ReturnType<typeof decodeBody>

/**
 * Decodes a verified body as `decodeBody` does. Where the provider names a member with long texts, a long string there
 * becomes a `LongText`, and only the rest is parsed.
 */
export async function decodeInSlices(
  body: Uint8Array,
  provider: Pick<Provider, 'forms' | 'lists' | 'longText'>,
): Promise<Decoded> {
  const { longText: path, forms } = provider
  // A form has no strings.
  const isWhole = path === undefined || forms === true || body.length < leastLength
  return isWhole ? decodeBody(body, provider) : decodeAround(body, provider, path)
}

/**
 * Puts a short string in the place of each long one, decodes that, and puts the long texts back. What is valid, and which of two
 * members of one name counts, is so decided by `JSON.parse` as ever: it sees a string where a string is.
 */
async function decodeAround(
  body: Uint8Array,
  provider: Pick<Provider, 'lists'>,
  path: readonly string[],
): Promise<Decoded> {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const spans = await findLongTexts(bytes)
  // Nobody can have written it into the body, which is complete.
  const mark = randomUUID()
  const texts = new Map(
    spans.map(({ start, end }, index) => [`${mark}${index}`, new LongText(body.subarray(start, end))]),
  )
  const decoded = decodeBody(cutOut(bytes, spans, [...texts.keys()]), provider)
  if (!decoded.ok || spans.length === 0) return decoded
  putBack(decoded.body, texts, path)
  // Digits are read from what was received.
  sourceOf(decoded.body)!.bytes = body
  return decoded
}

function cutOut(bytes: Buffer, spans: readonly Span[], marks: readonly string[]): Buffer {
  const pieces: Buffer[] = []
  let from = 0
  for (const [index, { start, end }] of spans.entries()) {
    pieces.push(bytes.subarray(from, start), Buffer.from(marks[index]!))
    from = end
  }
  return Buffer.concat([...pieces, bytes.subarray(from)])
}

type Members = Record<string, unknown>

function putBack(root: JsonObject, texts: Map<unknown, LongText>, path: readonly string[]): void {
  const [parent, name] = [path.slice(0, -1).reduce<unknown>(memberOf, root), path.at(-1)!]
  const mark = memberOf(parent, name)
  const text = texts.get(mark)
  if (text !== undefined) {
    ;(parent as Members)[name] = text
    texts.delete(mark)
  }
  if (texts.size > 0) putBackStrings(root, texts)
}

function memberOf(parent: unknown, name: string): unknown {
  const isParent = typeof parent === 'object' && parent !== null && Object.hasOwn(parent, name)
  return isParent ? (parent as Members)[name] : undefined
}

/** At any other place schemas and handlers expect a string. A body may have millions of values: nothing is made for each. */
function putBackStrings(root: object, texts: Map<unknown, LongText>): void {
  const pending: object[] = [root]

  function visit(parent: object, name: string | number): void {
    const value = (parent as Record<string | number, unknown>)[name]
    if (typeof value === 'object' && value !== null) pending.push(value)
    const text = typeof value === 'string' ? texts.get(value) : undefined
    if (text === undefined) return
    ;(parent as Record<string | number, unknown>)[name] = text.toString()
    texts.delete(value)
  }

  for (let next = pending.pop(); next !== undefined && texts.size > 0; next = pending.pop()) {
    if (Array.isArray(next)) for (let index = 0; index < next.length; index++) visit(next, index)
    else for (const name of Object.keys(next)) visit(next, name)
  }
}
