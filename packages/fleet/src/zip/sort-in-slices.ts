import type { Slicer } from './slicer.ts'

const run = 128

/**
 * As `toSorted`, in slices of time: sorting ten thousand long names that begin alike takes tens of milliseconds. A merge sort,
 * because it can stop between any two items.
 */
export async function sortInSlices<Item>(
  items: readonly Item[],
  compare: (left: Item, right: Item) => number,
  slicer: Slicer,
): Promise<Item[]> {
  let runs: Item[][] = []
  for (let start = 0; start < items.length; start += run) {
    runs.push(items.slice(start, start + run).toSorted(compare))
    if (slicer.isLate()) await slicer.pause()
  }
  while (runs.length > 1) {
    const merged: Item[][] = []
    for (let index = 0; index < runs.length; index += 2)
      merged.push(await merge(runs[index]!, runs[index + 1] ?? [], compare, slicer))
    runs = merged
  }
  return runs[0] ?? []
}

async function merge<Item>(
  left: readonly Item[],
  right: readonly Item[],
  compare: (left: Item, right: Item) => number,
  slicer: Slicer,
): Promise<Item[]> {
  const merged: Item[] = []
  let [one, other] = [0, 0]
  while (one < left.length && other < right.length) {
    merged.push(compare(left[one]!, right[other]!) <= 0 ? left[one++]! : right[other++]!)
    if (slicer.isOver(merged.length)) await slicer.pause()
  }
  return merged.concat(left.slice(one), right.slice(other))
}
