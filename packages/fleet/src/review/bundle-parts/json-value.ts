import { clip } from 'sallyport/provider'

/** Whether two parsed JSON values are equal; without recursion, so no nesting is too deep. */
export function sameJson(left: unknown, right: unknown): boolean {
  const pairs: [unknown, unknown][] = [[left, right]]
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [one, other] = pair
    if (Object.is(one, other)) continue
    if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false
    const members = Object.keys(one)
    if (members.length !== Object.keys(other).length) return false
    for (const member of members) {
      if (!Object.hasOwn(other, member)) return false
      pairs.push([one[member], other[member]])
    }
  }
  return true
}

const mostCharacters = 300
const mostLevels = 4

/** A parsed JSON value as bounded text; the rest becomes `…`. */
export function previewJson(value: unknown): string {
  return clip(preview(value, 0, { left: mostCharacters }), mostCharacters)
}

function preview(value: unknown, level: number, room: { left: number }): string {
  if (!isContainer(value)) {
    const text = typeof value === 'string' ? JSON.stringify(clip(value, mostCharacters)) : String(value)
    room.left -= text.length
    return text
  }
  const parts: string[] = []
  const isList = Array.isArray(value)
  for (const member of Object.keys(value)) {
    if (room.left <= 0 || level === mostLevels) {
      parts.push('…')
      break
    }
    const name = isList ? '' : `${JSON.stringify(clip(member, mostCharacters))}: `
    room.left -= name.length + 2
    parts.push(name + preview(value[member], level + 1, room))
  }
  return isList ? `[${parts.join(', ')}]` : `{${parts.join(', ')}}`
}

export function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

/** A member of a parsed JSON document, by path; only own members of plain objects. */
export function ownValue(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const member of path) {
    if (typeof current !== 'object' || current === null || Array.isArray(current)) return undefined
    if (!Object.hasOwn(current, member)) return undefined
    current = (current as Record<string, unknown>)[member]
  }
  return current
}
