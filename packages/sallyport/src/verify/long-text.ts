/**
 * A long string of a JSON body, as the bytes that were received. As text it would be a second copy of the body, made in one turn
 * of the event loop. Only plain strings become one: ASCII without escapes, so a byte is a character.
 *
 * @example
 * const text = typeof content === 'string' ? content : content.toString()
 */
export class LongText {
  /** ASCII, one byte per character. A view of the body: do not change it. */
  readonly bytes: Uint8Array

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
  }

  /** Number of characters. */
  get length(): number {
    return this.bytes.length
  }

  /** Characters from `start` to before `end`, as text; both may count from the end, as in a string. */
  slice(start?: number, end?: number): string {
    const { buffer, byteOffset, byteLength } = this.bytes.subarray(start, end)
    return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
  }

  toString(): string {
    return this.slice()
  }

  toJSON(): string {
    return this.slice()
  }
}
