// Clocks are corrected by steps this small all the time.
const smallStepMs = 1_000
const correctEveryMs = 60_000

/** The clock of one connection, and when its times in the store were last corrected by it. */
export class Clock {
  #lastNow = 0
  #lastCorrection = 0

  /** Milliseconds since 1970. */
  read(): number {
    const now = Date.now()
    if (now < this.#lastNow - smallStepMs) this.forgetCorrection()
    this.#lastNow = now
    return now
  }

  /** Whether the clock was set back, or may have been while no process was running. Asked once: then it counts as corrected. */
  mustCorrect(now: number): boolean {
    if (now < this.#lastCorrection + correctEveryMs) return false
    this.#lastCorrection = now
    return true
  }

  /** The correction was undone. */
  forgetCorrection(): void {
    this.#lastCorrection = 0
  }
}
