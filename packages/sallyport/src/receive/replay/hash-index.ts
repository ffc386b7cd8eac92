/** What the index reads of an entry, and the place it keeps there. A place is a positive number; 0 is none. */
export interface Chained {
  hashOf(place: number): number
  nextOf(place: number): number
  setNext(place: number, next: number): void
}

const pageBits = 10
const pageSize = 1 << pageBits
const mostPerBucket = 1.5

/**
 * Finds entries by a hash of 32 bits. Linear hashing: with each entry that is added or removed, at most one bucket is split or
 * joined. So no single call has to move all entries, and memory follows their number.
 */
export class HashIndex {
  readonly #entries: Chained
  /** The first place of each bucket. */
  readonly #pages = [new Int32Array(pageSize)]
  #buckets = 1
  /** The greatest power of two that is not above the number of buckets. */
  #half = 1
  #size = 0

  constructor(entries: Chained) {
    this.#entries = entries
  }

  /** The first entry that may have the hash; the others follow by `nextOf`. */
  first(hash: number): number {
    return this.#read(this.#bucketOf(hash))
  }

  add(place: number): void {
    this.#push(this.#bucketOf(this.#entries.hashOf(place)), place)
    this.#size++
    if (this.#size > this.#buckets * mostPerBucket) this.#split()
  }

  remove(place: number): void {
    this.replace(place, this.#entries.nextOf(place))
    this.#size--
    if (this.#size < this.#buckets && this.#buckets > 1) this.#join()
  }

  /** Puts another place where one is: the same entry, moved with its `nextOf`. */
  replace(place: number, other: number): void {
    const bucket = this.#bucketOf(this.#entries.hashOf(place))
    let before = 0
    for (let at = this.#read(bucket); at !== place; at = this.#entries.nextOf(at)) before = at
    if (before === 0) this.#write(bucket, other)
    else this.#entries.setNext(before, other)
  }

  #bucketOf(hash: number): number {
    const bucket = hash & (2 * this.#half - 1)
    return bucket < this.#buckets ? bucket : bucket - this.#half
  }

  #split(): void {
    const added = this.#buckets++
    const from = added - this.#half
    if (this.#buckets === 2 * this.#half) this.#half *= 2
    if (added >> pageBits === this.#pages.length) this.#pages.push(new Int32Array(pageSize))
    this.#spread(from)
  }

  #join(): void {
    if (this.#buckets === this.#half) this.#half /= 2
    const last = --this.#buckets
    this.#spread(last)
    if (last % pageSize === 0) this.#pages.pop()
  }

  /** Puts the entries of a bucket where they belong by now. */
  #spread(bucket: number): void {
    let place = this.#read(bucket)
    this.#write(bucket, 0)
    while (place !== 0) {
      const next = this.#entries.nextOf(place)
      this.#push(this.#bucketOf(this.#entries.hashOf(place)), place)
      place = next
    }
  }

  #push(bucket: number, place: number): void {
    this.#entries.setNext(place, this.#read(bucket))
    this.#write(bucket, place)
  }

  #read(bucket: number): number {
    return this.#pages[bucket >> pageBits]![bucket & (pageSize - 1)]!
  }

  #write(bucket: number, place: number): void {
    this.#pages[bucket >> pageBits]![bucket & (pageSize - 1)] = place
  }
}
