import { setImmediate as nextTurn } from 'node:timers/promises'

/** Cuts long work into slices, so that it never holds the event loop for long. */
export interface Slicer {
  /** Whether it is time to pause; asks the clock only every so many steps. */
  isOver(step: number): boolean
  /** Whether it is time to pause; asks the clock each time. */
  isLate(): boolean
  /** Lets the event loop turn, and begins a new slice. */
  pause(): Promise<void>
}

const sliceMs = 8
const stepsPerLook = 256

/** Makes a slicer whose first slice begins now. */
export function createSlicer(): Slicer {
  let sliceStart = performance.now()
  const isLate = (): boolean => performance.now() - sliceStart > sliceMs
  return {
    isLate,
    isOver: (step) => step % stepsPerLook === 0 && isLate(),
    async pause() {
      await nextTurn()
      sliceStart = performance.now()
    },
  }
}
