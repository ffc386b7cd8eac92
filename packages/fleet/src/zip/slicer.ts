import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** Cuts long work into slices, so that it never blocks the event loop for long. */
export interface Slicer {
  /** Whether it is time to pause; looks at the clock only every few hundred steps. */
  isOver(step: number): boolean
  /** Whether it is time to pause; looks at the clock only after some work, counted in bytes and steps. */
  isDue(bytes: number): boolean
  /** Whether it is time to pause; looks at the clock each time. */
  isLate(): boolean
  /** Lets the event loop turn and begins a new slice. */
  pause(): Promise<void>
}

const sliceMs = 8
const stepsPerLook = 256
// Less than a millisecond of work. A call into zlib alone costs about as much as `bytesPerStep`.
const bytesPerLook = 64 * 1024
const bytesPerStep = 2 * 1024

/** Makes a slicer whose first slice begins now. */
export function createSlicer(): Slicer {
  let sliceStart = performance.now()
  let work = 0
  const isLate = (): boolean => performance.now() - sliceStart > sliceMs
  return {
    isLate,
    isOver: (step) => step % stepsPerLook === 0 && isLate(),
    isDue(bytes) {
      work += bytes + bytesPerStep
      if (work < bytesPerLook) return false
      work = 0
      return isLate()
    },
    async pause() {
      await nextTurn()
      sliceStart = performance.now()
    },
  }
}
