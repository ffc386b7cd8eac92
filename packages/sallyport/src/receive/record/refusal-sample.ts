import { findMost } from './find-most.ts'
import { toRefusal, type Kept, type RecordedRefusal } from './recorded-delivery.ts'

/** Of each minute the first five refusals of a kind are kept, and the latest five. */
const edge = 5

/** Refusals of one provider with one code. */
interface Kind {
  bytes: number
  /** By minute, in the order of arrival. */
  readonly minutes: Map<number, Kept[]>
}

/**
 * A bounded sample of refusals. A kind is a provider and a code. Of each kind and minute it keeps the first five and the latest
 * five. When it is full, the kind that holds the most gives up one: from the minute of which it has the most, the oldest such
 * minute, in the middle. So a flood of one kind displaces its own, and thins its past instead of ending it.
 */
export class RefusalSample {
  readonly #kinds = new Map<string, Kind>()
  readonly #maxBytes: number
  #bytes = 0

  /** @param maxBytes most bytes kept, by the count of `Kept` */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  /** @param minute any integer; refusals with one number are of one minute */
  add(kept: Kept, minute: number): void {
    const kind = this.#kindOf(kept)
    let list = kind.minutes.get(minute)
    if (list === undefined) kind.minutes.set(minute, (list = []))
    // The oldest of the latest gives way.
    if (list.length === 2 * edge) this.#release(kind, list, edge)
    list.push(kept)
    this.#count(kind, kept.bytes)
    while (this.#bytes > this.#maxBytes) this.#giveUpOne()
  }

  /** Newest first. */
  read(): RecordedRefusal[] {
    const all = [...this.#kinds.values()].flatMap(({ minutes }) => [...minutes.values()].flat())
    return all.toSorted((one, other) => other.order - one.order).map(toRefusal)
  }

  #kindOf({ delivery: { provider, code } }: Kept): Kind {
    const name = `${code} ${provider}`
    let kind = this.#kinds.get(name)
    if (kind === undefined) this.#kinds.set(name, (kind = { bytes: 0, minutes: new Map() }))
    return kind
  }

  #giveUpOne(): void {
    const [name, kind] = findMost(this.#kinds, ({ bytes }) => bytes)
    const [minute, list] = findMost(kind.minutes, ({ length }) => length)
    this.#release(kind, list, (list.length - 1) >> 1)
    if (list.length === 0) kind.minutes.delete(minute)
    if (kind.minutes.size === 0) this.#kinds.delete(name)
  }

  #release(kind: Kind, list: Kept[], index: number): void {
    for (const { bytes } of list.splice(index, 1)) this.#count(kind, -bytes)
  }

  #count(kind: Kind, bytes: number): void {
    kind.bytes += bytes
    this.#bytes += bytes
  }
}
