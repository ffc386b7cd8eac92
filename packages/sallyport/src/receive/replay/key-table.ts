import { Chunk, type ChunkMemory } from './chunk.ts'
import { wordOf } from './fingerprint.ts'
import { HashIndex, type Chained } from './hash-index.ts'
import type { Line } from './line.ts'

/**
 * The fingerprints of remembered keys with their times: in lines by age, and found by fingerprint. About 31 bytes each; at worst
 * twice as much, where every second one was removed before its turn. No call moves more than the entries of a chunk.
 */
export class KeyTable implements Chained {
  /** Keys in the table. */
  size = 0
  readonly #bits: number
  /** By number, from 1 on, so that no place is 0. */
  readonly #chunks: (Chunk | undefined)[] = [undefined]
  readonly #freeNumbers: number[] = []
  /** Kept for the next chunk: lines grow at one end while they shrink at the other. */
  #spare: ChunkMemory | undefined
  readonly #index = new HashIndex(this)

  /** @param bits a chunk has room for as many keys as so many bits can count */
  constructor(bits = 10) {
    this.#bits = bits
  }

  /** The place of a key, until the next key is removed; 0 for none. */
  find(fingerprint: string): number {
    let place = this.#index.first(wordOf(fingerprint, 0))
    while (place !== 0 && !this.has(place, fingerprint)) place = this.nextOf(place)
    return place
  }

  /** The place of the oldest key of a line; 0 for none. */
  oldest({ first }: Line): number {
    return first === undefined ? 0 : this.#placeOf(first, first.start)
  }

  /** @param at when the key was claimed @param since the same by a clock that nobody sets */
  add(line: Line, fingerprint: string, at: number, since: number): void {
    const { last } = line
    const chunk = last?.hasRoom(since) ? last : this.#addChunk(line, since)
    this.#index.add(this.#placeOf(chunk, chunk.add(fingerprint, at, since)))
    this.size++
  }

  remove(place: number): void {
    this.#index.remove(place)
    this.size--
    const chunk = this.#chunkOf(place)
    chunk.remove(this.#indexOf(place))
    if (chunk.length === 0) this.#drop(chunk)
    else if (!this.#merge(chunk.previous, chunk)) this.#merge(chunk, chunk.next)
  }

  has(place: number, fingerprint: string): boolean {
    return this.#chunkOf(place).has(this.#indexOf(place), fingerprint)
  }

  atOf(place: number): number {
    return this.#chunkOf(place).atOf(this.#indexOf(place))
  }

  sinceOf(place: number): number {
    return this.#chunkOf(place).sinceOf(this.#indexOf(place))
  }

  expiresAt(place: number): number {
    return this.atOf(place) + this.#chunkOf(place).line.retentionMs
  }

  hashOf(place: number): number {
    return this.#chunkOf(place).hashOf(this.#indexOf(place))
  }

  nextOf(place: number): number {
    return this.#chunkOf(place).nextOf(this.#indexOf(place))
  }

  setNext(place: number, next: number): void {
    this.#chunkOf(place).setNext(this.#indexOf(place), next)
  }

  #addChunk(line: Line, since: number): Chunk {
    const number = this.#freeNumbers.pop() ?? this.#chunks.length
    const chunk = new Chunk(line, number, 1 << this.#bits, since, this.#spare)
    this.#spare = undefined
    this.#chunks[number] = chunk
    line.add(chunk)
    return chunk
  }

  #drop(chunk: Chunk): void {
    chunk.line.remove(chunk)
    this.#chunks[chunk.number] = undefined
    this.#freeNumbers.push(chunk.number)
    this.#spare = chunk.memory
  }

  // Removed keys leave holes. Two neighbours that fit into one chunk are moved together; into one that is still added to, only
  // if half of it stays free, or the next key could already need a chunk again.
  #merge(earlier: Chunk | undefined, later: Chunk | undefined): boolean {
    if (earlier === undefined || later === undefined) return false
    const room = later.next === undefined ? earlier.capacity / 2 : earlier.capacity
    if (earlier.length + later.length > room || !earlier.canTake(later)) return false
    let to = 0
    for (const chunk of [earlier, later])
      for (let index = chunk.start; index < chunk.end; index++) {
        if (chunk.isHole(index)) continue
        earlier.take(chunk, index, to)
        this.#index.replace(this.#placeOf(chunk, index), this.#placeOf(earlier, to))
        to++
      }
    earlier.closeUp(to)
    this.#drop(later)
    return true
  }

  #placeOf({ number }: Chunk, index: number): number {
    return (number << this.#bits) | index
  }

  #chunkOf(place: number): Chunk {
    return this.#chunks[place >> this.#bits]!
  }

  #indexOf(place: number): number {
    return place & ((1 << this.#bits) - 1)
  }
}
