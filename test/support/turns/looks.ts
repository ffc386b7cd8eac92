import type { Slicer } from '../../../packages/fleet/src/zip/slicer.ts'

/** Looks at the clock so far. Work looks after the same steps in every run, so this says where in its work it is. */
export const looks = { count: 0 }

/** Counts the looks of the slicers that `create` makes. */
export function countLooks(create: () => Slicer): () => Slicer {
  return () => {
    const slicer = create()
    return {
      isLate() {
        looks.count++
        return slicer.isLate()
      },
      isOver(step) {
        looks.count++
        return slicer.isOver(step)
      },
      isDue(bytes) {
        looks.count++
        return slicer.isDue(bytes)
      },
      pause: () => slicer.pause(),
    }
  }
}
