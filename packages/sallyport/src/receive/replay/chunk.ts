import { fingerprintWords, wordOf } from './fingerprint.ts'
import type { Line } from './line.ts'

/** Words of an entry: its fingerprint, the next entry of its bucket, and when it was added. */
const wordsPerEntry = fingerprintWords + 2
const nextWord = fingerprintWords
const sinceWord = fingerprintWords + 1

/** In place of a time: the entry was removed. */
const hole = -1
const mostSince = 2 ** 31 - 1

/** What a chunk keeps its entries in. */
export interface ChunkMemory {
  readonly words: Int32Array
  readonly at: Float64Array
}

/**
 * Remembered keys, in the order they were added: 28 bytes each. Arrays of numbers, which the garbage collector does not walk. The
 * first entry and the last one are never holes.
 */
export class Chunk {
  readonly line: Line
  readonly number: number
  readonly capacity: number
  readonly memory: ChunkMemory
  previous: Chunk | undefined
  next: Chunk | undefined
  /** Index of the first entry. */
  start = 0
  /** Index behind the last entry. */
  end = 0
  /** Entries without the holes. */
  length = 0
  readonly #words: Int32Array
  readonly #at: Float64Array
  /** Times of one chunk count from here, in whole milliseconds. */
  readonly #base: number

  /** @param spare memory of a chunk that is no longer used */
  constructor(line: Line, number: number, capacity: number, since: number, spare: ChunkMemory | undefined) {
    this.line = line
    this.number = number
    this.capacity = capacity
    this.memory = spare ?? { words: new Int32Array(capacity * wordsPerEntry), at: new Float64Array(capacity) }
    this.#words = this.memory.words
    this.#at = this.memory.at
    this.#base = Math.ceil(since)
  }

  /** Whether an entry can be added. */
  hasRoom(since: number): boolean {
    return this.end < this.capacity && this.#covers(since)
  }

  // 24 days from the first entry.
  #covers(since: number): boolean {
    const offset = Math.ceil(since) - this.#base
    return offset >= 0 && offset <= mostSince
  }

  /** Adds an entry, and returns its index. */
  add(fingerprint: string, at: number, since: number): number {
    const index = this.end++
    const first = index * wordsPerEntry
    for (let word = 0; word < fingerprintWords; word++) this.#words[first + word] = wordOf(fingerprint, word)
    // Rounded up: the entry counts as a little younger, and is kept a little longer.
    this.#words[first + sinceWord] = Math.ceil(since) - this.#base
    this.#at[index] = at
    this.length++
    return index
  }

  remove(index: number): void {
    this.#words[index * wordsPerEntry + sinceWord] = hole
    this.length--
    while (this.start < this.end && this.isHole(this.start)) this.start++
    while (this.start < this.end && this.isHole(this.end - 1)) this.end--
  }

  isHole(index: number): boolean {
    return this.#words[index * wordsPerEntry + sinceWord] === hole
  }

  /** Whether entries of a later chunk can be moved here. */
  canTake(later: Chunk): boolean {
    return this.#covers(later.sinceOf(later.start)) && this.#covers(later.sinceOf(later.end - 1))
  }

  /** Moves an entry of this chunk or a later one to an index of this one. */
  take(from: Chunk, index: number, to: number): void {
    const [first, source] = [to * wordsPerEntry, index * wordsPerEntry]
    const since = from.#words[source + sinceWord]!
    for (let word = 0; word < sinceWord; word++) this.#words[first + word] = from.#words[source + word]!
    this.#words[first + sinceWord] = since + from.#base - this.#base
    this.#at[to] = from.#at[index]!
  }

  /** Says how many entries are left, from the first index on. */
  closeUp(length: number): void {
    this.start = 0
    this.end = length
    this.length = length
  }

  has(index: number, fingerprint: string): boolean {
    const first = index * wordsPerEntry
    for (let word = 0; word < fingerprintWords; word++)
      if (this.#words[first + word] !== wordOf(fingerprint, word)) return false
    return true
  }

  /** The time by the clock of the claim. */
  atOf(index: number): number {
    return this.#at[index]!
  }

  /** The time by the clock that nobody sets. */
  sinceOf(index: number): number {
    return this.#base + this.#words[index * wordsPerEntry + sinceWord]!
  }

  hashOf(index: number): number {
    return this.#words[index * wordsPerEntry]!
  }

  nextOf(index: number): number {
    return this.#words[index * wordsPerEntry + nextWord]!
  }

  setNext(index: number, place: number): void {
    this.#words[index * wordsPerEntry + nextWord] = place
  }
}
