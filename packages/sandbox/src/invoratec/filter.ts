/**
 * Whether an event's data has everything a filter asks for. Objects are compared member by member, as far as the filter goes;
 * everything else must be equal. An empty filter lets everything pass.
 */
export function matchesFilter(filter: unknown, data: unknown): boolean {
  if (!isObject(filter)) return isEqual(filter, data)
  if (!isObject(data)) return false
  return Object.entries(filter).every(
    ([name, wanted]) => Object.hasOwn(data, name) && matchesFilter(wanted, data[name]),
  )
}

function isEqual(wanted: unknown, value: unknown): boolean {
  return wanted === value || (Array.isArray(wanted) && JSON.stringify(wanted) === JSON.stringify(value))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
