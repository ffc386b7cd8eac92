import type { ReplayGuard } from 'sallyport'

/** What a guard is made with for a test. */
export interface TestGuardOptions {
  /** Most events. @default enough */
  readonly capacity?: number | undefined
  /** Milliseconds to wait for the store. @default the guard's own */
  readonly timeoutMs?: number | undefined
}

/** A replay guard under test. */
export interface ReplayGuardSubject {
  /** Opens a guard over a store, as each process does. Guards over one store share their events. */
  createGuard(store: string, options?: TestGuardOptions): ReplayGuard
  /** Removes what the store holds, and closes what was opened for it. */
  removeStore(store: string): Promise<void> | void
  /** Lets so many milliseconds pass for the store, as by making each of its events older. */
  passTime(store: string, ms: number): Promise<void> | void
  /**
   * Milliseconds after which a claim ends that is not renewed. Leave it out for a guard of one process, whose claims end with the
   * event's retention.
   */
  readonly leaseMs?: number | undefined
  /** Whether the guard takes `capacity`. */
  readonly isBounded: boolean
  /** Makes the store unreachable, or silent; returns what brings it back. Tests are left out without it. */
  readonly interrupt?: ((store: string, how: 'closed' | 'silent') => Promise<() => Promise<void> | void>) | undefined
}
