/** Deliveries that wait to be overtaken, at most one of a registration: it takes one that goes to be overtaken. */
export interface Holds {
  /** Whether one of this registration waits already. */
  isHolding(target: string): boolean
  /** Begins to wait; resolves when another delivery of the registration was sent. */
  begin(target: string): Promise<void>
  /** Waits no longer. */
  end(target: string): void
  /** To be called when a delivery of the registration was sent. */
  release(target: string): void
}

/** Makes the place where deliveries are held. */
export function createHolds(): Holds {
  const held = new Map<string, () => void>()
  return {
    isHolding: (target) => held.has(target),
    begin: (target) => new Promise((resolve) => held.set(target, resolve)),
    end: (target) => void held.delete(target),
    release: (target) => held.get(target)?.(),
  }
}
