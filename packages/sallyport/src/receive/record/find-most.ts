/**
 * Finds what gives up something when a store is full: what has the most. So each has its share, and whatever grows displaces its
 * own once it has more than any other.
 *
 * @returns the entry with the highest measure, the first of several
 * @throws TypeError for an empty map
 * @example
 * findMost(new Map([['a', 1], ['b', 2]]), (size) => size) // ['b', 2]
 */
export function findMost<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  measure: (value: Value) => number,
): readonly [Key, Value] {
  let found: readonly [Key, Value] | undefined
  let most = -Infinity
  for (const entry of map) {
    const size = measure(entry[1])
    if (size <= most) continue
    found = entry
    most = size
  }
  if (found === undefined) throw new TypeError('nothing to choose from')
  return found
}
