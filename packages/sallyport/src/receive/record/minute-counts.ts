/** Counts per minute of a bounded past, in 4 bytes a minute. */
export class MinuteCounts {
  readonly #counts: Uint32Array
  #latest = -Infinity

  /** @param minutes how many minutes are kept, the present one included */
  constructor(minutes: number) {
    this.#counts = new Uint32Array(minutes)
  }

  /** The latest minute that counted something. */
  get latest(): number {
    return this.#latest
  }

  /**
   * Counts one. A minute before those that are kept begins the counts again: the clock was set back.
   *
   * @param minute minutes since 1970, an integer
   */
  add(minute: number): void {
    const size = this.#counts.length
    if (minute >= this.#latest + size || minute <= this.#latest - size) {
      this.#counts.fill(0)
      this.#latest = minute
    }
    for (; this.#latest < minute; this.#latest++) this.#counts[this.#slot(this.#latest + 1)] = 0
    this.#counts[this.#slot(minute)]!++
  }

  /** Minutes that counted something, and their counts; oldest first. */
  *read(): Iterable<readonly [minute: number, count: number]> {
    // Before the first count there is no latest minute.
    if (this.#latest === -Infinity) return
    for (let minute = this.#latest - this.#counts.length + 1; minute <= this.#latest; minute++) {
      const count = this.#counts[this.#slot(minute)]!
      if (count > 0) yield [minute, count]
    }
  }

  // A clock before 1970 has negative minutes.
  #slot(minute: number): number {
    const size = this.#counts.length
    return ((minute % size) + size) % size
  }
}
