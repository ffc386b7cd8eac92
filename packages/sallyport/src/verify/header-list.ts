import { SallyportError } from '../errors/sallyport-error.ts'
import { refuse, type Refusal } from './verdict.ts'

/** Headers in any form a host has them: Node's flat `rawHeaders`, pairs, a fetch `Headers`, a plain object, a `HeaderList`. */
export type HeadersInput =
  | HeaderList
  | readonly string[]
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** What an ASCII letter has in lower case only. */
const caseBit = 0x20

/**
 * The headers of one delivery as they arrived, with order, case and duplicates. Values are private, so logging a delivery
 * does not print its credentials.
 *
 * @example
 * toHeaderList({ 'X-Id': '1' }).get('x-id') // '1'
 */
export class HeaderList {
  readonly #raw: readonly string[]

  /** @param raw flat list: name, value, name, value … as in `IncomingMessage.rawHeaders` */
  constructor(raw: readonly string[]) {
    this.#raw = raw
  }

  /** The value under `name` in any case; repeated headers joined by `, ` (RFC 9110, section 5.3); `undefined` if absent. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase()
    const first = this.#find(wanted, 0)
    if (first < 0) return undefined
    return this.#find(wanted, first + 2) < 0 ? this.#raw[first + 1] : this.getAll(name).join(', ')
  }

  /** Every value under `name`, in any case, in the order of arrival. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase()
    const values: string[] = []
    for (let at = this.#find(wanted, 0); at >= 0; at = this.#find(wanted, at + 2)) values.push(this.#raw[at + 1]!)
    return values
  }

  has(name: string): boolean {
    return this.#find(name.toLowerCase(), 0) >= 0
  }

  /** Every name, in the order of arrival; a repeated header is there as often as it was sent. */
  names(): string[] {
    return this.#raw.filter((_, index) => index % 2 === 0)
  }

  /** Index of the next header with a lower-case name, starting at an even index; -1 if there is none. */
  #find(wanted: string, from: number): number {
    const raw = this.#raw
    const first = wanted.charCodeAt(0) | caseBit
    for (let index = from; index + 1 < raw.length; index += 2) {
      const candidate = raw[index]!
      // Lengths and first letters rule out nearly every header without a lower-case copy.
      if (candidate.length !== wanted.length || (candidate.charCodeAt(0) | caseBit) !== first) continue
      if (candidate === wanted || candidate.toLowerCase() === wanted) return index
    }
    return -1
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (let index = 0; index + 1 < this.#raw.length; index += 2) yield [this.#raw[index]!, this.#raw[index + 1]!]
  }
}

/**
 * Makes a `HeaderList`. An array value in an object counts as a repeated header. Hosts pass odd things: no headers at all are an
 * empty list, and a header without a value is left out.
 *
 * @throws SallyportError `REQUEST_UNREADABLE` for headers that are no list, and for a value that is no text
 */
export function toHeaderList(input: HeadersInput | null | undefined): HeaderList {
  if (input instanceof HeaderList) return input
  if (input === undefined || input === null) return new HeaderList([])
  if (typeof input !== 'object') throw unreadable(`headers are of type ${typeof input}`)
  if (isFlatList(input)) return new HeaderList(input)
  const raw: string[] = []
  const pairs = isList(input) ? toPairs(input) : Symbol.iterator in input ? input : Object.entries(input)
  for (const [name, value] of pairs as Iterable<readonly unknown[]>) addHeader(raw, name, value)
  return new HeaderList(raw)
}

function isFlatList(input: object): input is readonly string[] {
  return Array.isArray(input) && input.length % 2 === 0 && input.every((text) => typeof text === 'string')
}

/** Whether it is a flat list in which something is no text. */
function isList(input: object): input is readonly unknown[] {
  return Array.isArray(input) && typeof input[0] === 'string'
}

function toPairs(list: readonly unknown[]): unknown[][] {
  return Array.from({ length: list.length >> 1 }, (_, index) => [list[2 * index], list[2 * index + 1]])
}

function addHeader(raw: string[], name: unknown, value: unknown): void {
  if (typeof name !== 'string') throw unreadable(`the name of a header is of type ${typeof name}`)
  for (const single of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
    if (single === undefined || single === null) continue
    // A bridge from an event may pass a length as a number.
    if (typeof single !== 'string' && typeof single !== 'number' && typeof single !== 'boolean')
      throw unreadable(`the value of a header is of type ${typeof single}`)
    raw.push(name, String(single))
  }
}

function unreadable(what: string): SallyportError {
  return new SallyportError('REQUEST_UNREADABLE', `${what}; pass rawHeaders, pairs of text, Headers or a plain object`)
}

/** Longest allowed value of a header used in authentication, in characters. */
export const maxSecurityHeaderLength = 4096

const printableAscii = /^[\x20-\x7e]*$/

/**
 * Reads a header used in authentication: it must be there exactly once, and be printable ASCII of bounded length.
 *
 * @param missing code to refuse with when the header is absent or empty
 */
export function readSecurityHeader(
  headers: HeaderList,
  name: string,
  missing: 'SIGNATURE_MISSING' | 'SIGNED_HEADER_MISSING' | 'CREDENTIAL_MISSING' | 'TIMESTAMP_MISSING',
): string | Refusal {
  const values = headers.getAll(name)
  if (values.length > 1) return refuse('HEADER_DUPLICATED')
  const value = values[0]
  if (value === undefined || value === '') return refuse(missing)
  if (value.length > maxSecurityHeaderLength || !printableAscii.test(value)) return refuse('HEADER_INVALID')
  return value
}
