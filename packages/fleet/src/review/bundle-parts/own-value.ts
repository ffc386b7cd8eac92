/** A member of a parsed JSON document, by path; own members of plain objects only. */
export function ownValue(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const member of path) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined
    if (!Object.hasOwn(current, member)) return undefined
    current = (current as Record<string, unknown>)[member]
  }
  return current
}
