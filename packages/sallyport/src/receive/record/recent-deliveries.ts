import { findMost } from './find-most.ts'
import type { Kept, RecordedDelivery } from './recorded-delivery.ts'

/**
 * The latest deliveries. A kind is a provider, an outcome, and whether a secret matched. When it is full, the kind that holds the
 * most gives up its oldest: what anybody can send does not push out what only the sender can, nor many successes a failure.
 */
export class RecentDeliveries {
  readonly #kinds = new Map<string, Queue>()
  readonly #maxBytes: number
  #bytes = 0

  /** @param maxBytes most bytes kept, by the count of `Kept` */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  get bytes(): number {
    return this.#bytes
  }

  add(kept: Kept): void {
    const { provider, outcome, keyId } = kept.delivery
    const name = `${outcome} ${keyId !== undefined} ${provider}`
    let queue = this.#kinds.get(name)
    if (queue === undefined) this.#kinds.set(name, (queue = new Queue()))
    queue.push(kept)
    this.#bytes += kept.bytes
    while (this.#bytes > this.#maxBytes) this.#giveUpOne()
  }

  /** Newest first. */
  read(): RecordedDelivery[] {
    const all = [...this.#kinds.values()].flatMap(({ items }) => items)
    return all.toSorted((one, other) => other.order - one.order).map(({ delivery }) => ({ ...delivery }))
  }

  #giveUpOne(): void {
    const [name, queue] = findMost(this.#kinds, ({ bytes }) => bytes)
    this.#bytes -= queue.shift().bytes
    if (queue.bytes === 0) this.#kinds.delete(name)
  }
}

/** First in, first out. */
class Queue {
  #items: (Kept | undefined)[] = []
  // Where the kept ones begin: taking the first out of a long list each time would move all others.
  #start = 0
  bytes = 0

  get items(): Kept[] {
    return this.#items.slice(this.#start) as Kept[]
  }

  push(kept: Kept): void {
    this.#items.push(kept)
    this.bytes += kept.bytes
  }

  shift(): Kept {
    const oldest = this.#items[this.#start]!
    this.bytes -= oldest.bytes
    this.#items[this.#start++] = undefined
    if (this.#start > this.#items.length / 2) {
      this.#items = this.items
      this.#start = 0
    }
    return oldest
  }
}
