// At most a twentieth of the time is spent reading.
const longer = 20

/**
 * Remembers what a read resolved to for some time, and shares reads that are under way: many open pages ask as one does. What
 * took long is remembered for longer, so that a large store is not read all the time; a failure as long as it took.
 *
 * @param now milliseconds of a clock that does not go back
 */
export function createCache<Key, Value>(
  read: (key: Key) => Promise<Value>,
  keepMs: (key: Key) => number,
  now: () => number = () => performance.now(),
): (key: Key) => Promise<Value> {
  const kept = new Map<Key, { readonly value: Promise<Value>; until: number }>()
  return (key) => {
    const found = kept.get(key)
    if (found !== undefined && found.until > now()) return found.value
    const begun = now()
    const entry = { value: read(key), until: Infinity }
    kept.set(key, entry)
    entry.value.then(
      () => (entry.until = now() + Math.max(keepMs(key), (now() - begun) * longer)),
      () => (entry.until = now() + now() - begun),
    )
    return entry.value
  }
}
