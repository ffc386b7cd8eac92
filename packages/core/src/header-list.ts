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
    const values = this.getAll(name)
    return values.length === 0 ? undefined : values.join(', ')
  }

  /** Every value under `name`, in any case, in the order of arrival. */
  getAll(name: string): string[] {
    const wanted = name.toLowerCase()
    const values: string[] = []
    const raw = this.#raw
    for (let index = 0; index + 1 < raw.length; index += 2) {
      const candidate = raw[index]!
      // The length first: it settles nearly every header without making a lower-case copy.
      if (candidate.length === wanted.length && candidate.toLowerCase() === wanted) values.push(raw[index + 1]!)
    }
    return values
  }

  has(name: string): boolean {
    return this.getAll(name).length > 0
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
    for (const single of Array.isArray(value) ? value : [value]) if (single !== undefined) raw.push(name, String(single))
  }
  return new HeaderList(raw)
}

function isFlatList(input: HeadersInput): input is readonly string[] {
  return Array.isArray(input) && (input.length === 0 || typeof input[0] === 'string')
}
