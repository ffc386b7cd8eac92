/**
 * Puts the pieces of a body together in one buffer that doubles when it is full. A list of the pieces would cost more than
 * a hundred times their size when a sender makes every piece one byte long.
 */
export class ByteCollector {
  #bytes: Buffer = Buffer.alloc(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.byteLength
    if (length > this.#bytes.length) this.#grow(length)
    this.#bytes.set(piece, this.#length)
    this.#length = length
  }

  /** All bytes so far; nothing may be added afterwards. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#length)
  }

  #grow(least: number): void {
    // The first piece is most often the only one, and gets a buffer that fits.
    const bytes = Buffer.allocUnsafeSlow(this.#length === 0 ? least : Math.max(least, 2 * this.#bytes.length))
    this.#bytes.copy(bytes, 0, 0, this.#length)
    this.#bytes = bytes
  }
}
