/** What `toHeaderList` reads: Node's flat `rawHeaders`, pairs, a fetch `Headers`, a plain object, or a `HeaderList`. */
export type HeadersInput =
  | HeaderList
  | readonly string[]
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>

/**
 * The headers of one delivery as they arrived: order, case and repetitions kept. Values are held privately, so that
 * logging a delivery does not print its credentials.
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

  /** Where the next header of a lower-case name stands, from an even index on; -1 when there is none. */
  #find(wanted: string, from: number): number {
    const raw = this.#raw
    for (let index = from; index + 1 < raw.length; index += 2) {
      const candidate = raw[index]!
      // The length first: it settles nearly every header without making a lower-case copy.
      if (candidate.length === wanted.length && candidate.toLowerCase() === wanted) return index
    }
    return -1
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (let index = 0; index + 1 < this.#raw.length; index += 2) yield [this.#raw[index]!, this.#raw[index + 1]!]
  }
}

/** Makes a `HeaderList` of whatever a host hands over. An array value in an object counts as a repeated header. */
export function toHeaderList(input: HeadersInput): HeaderList {
  if (input instanceof HeaderList) return input
  if (isFlatList(input)) return new HeaderList(input)
  const raw: string[] = []
  if (Symbol.iterator in input) {
    for (const [name, value] of input) raw.push(name, value)
    return new HeaderList(raw)
  }
  for (const [name, value] of Object.entries(input)) {
    for (const single of Array.isArray(value) ? value : [value])
      if (single !== undefined) raw.push(name, String(single))
  }
  return new HeaderList(raw)
}

function isFlatList(input: HeadersInput): input is readonly string[] {
  return Array.isArray(input) && (input.length === 0 || typeof input[0] === 'string')
}
