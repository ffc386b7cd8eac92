/** Lines that were not written. */
export interface LeftOut {
  readonly key: string
  readonly count: number
  /** When the window began; milliseconds since 1970. */
  readonly since: number
}

interface Window {
  readonly since: number
  written: number
  leftOut: number
}

/**
 * Bounds how many lines of a kind are written in a window of time, and counts the others: an attack must not fill a disk. What time
 * it is, its caller says.
 */
export class LineLimit {
  readonly #most: number
  readonly #windowMs: number
  readonly #windows = new Map<string, Window>()

  /** @param most lines of a kind in a window */
  constructor(most: number, windowMs: number) {
    this.#most = most
    this.#windowMs = windowMs
  }

  /**
   * Takes a line.
   *
   * @param key its kind
   * @param now milliseconds since 1970
   * @returns whether to write it, and what was left out in a window that is over
   */
  take(key: string, now: number): { readonly mayWrite: boolean; readonly leftOut?: LeftOut | undefined } {
    const known = this.#windows.get(key)
    // A clock that was set back begins a new window too.
    const isOver = known === undefined || now < known.since || now - known.since >= this.#windowMs
    const window = isOver ? { since: now, written: 0, leftOut: 0 } : known
    this.#windows.set(key, window)
    const leftOut = isOver && known !== undefined ? toLeftOut(key, known) : undefined
    const mayWrite = window.written < this.#most
    if (mayWrite) window.written++
    else window.leftOut++
    return { mayWrite, leftOut }
  }

  /** Ends all windows; what was left out in them. */
  end(): LeftOut[] {
    const all = [...this.#windows].flatMap(([key, window]) => toLeftOut(key, window) ?? [])
    this.#windows.clear()
    return all
  }
}

function toLeftOut(key: string, { since, leftOut: count }: Window): LeftOut | undefined {
  return count === 0 ? undefined : { key, count, since }
}
