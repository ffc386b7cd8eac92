import { clip } from 'sallyport/provider'
import type { Slicer } from '../../zip/slicer.ts'
import { clipMasked } from '../secrets/mask-secrets.ts'

/** Whether two parsed JSON values are equal; without recursion, so no nesting is too deep. */
export async function sameJson(left: unknown, right: unknown, slicer: Slicer): Promise<boolean> {
  const pairs: [unknown, unknown][] = [[left, right]]
  let steps = 0
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [one, other] = pair
    if (slicer.isOver(++steps)) await slicer.pause()
    if (Object.is(one, other)) continue
    if (!isContainer(one) || !isContainer(other) || Array.isArray(one) !== Array.isArray(other)) return false
    if (Array.isArray(one) && Array.isArray(other)) {
      if (one.length !== other.length) return false
      for (let index = 0; index < one.length; index++) {
        // What is equal at once takes no room.
        if (!Object.is(one[index], other[index])) pairs.push([one[index], other[index]])
        if (slicer.isOver(++steps)) await slicer.pause()
      }
      continue
    }
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

/** A parsed JSON value as bounded text without secrets; the rest becomes `…`. */
export function previewJson(value: unknown): string {
  return clip(preview(value, 0, { left: mostCharacters }), mostCharacters)
}

function preview(value: unknown, level: number, room: { left: number }): string {
  if (!isContainer(value)) {
    const text = typeof value === 'string' ? JSON.stringify(clipMasked(value, mostCharacters)) : String(value)
    room.left -= text.length
    return text
  }
  const parts: string[] = []
  const isList = Array.isArray(value)
  // The names of a long list would take longer than the rest.
  for (const member of isList ? value.keys() : Object.keys(value)) {
    if (room.left <= 0 || level === mostLevels) {
      parts.push('…')
      break
    }
    const name = isList ? '' : `${JSON.stringify(clipMasked(String(member), mostCharacters))}: `
    room.left -= name.length + 2
    parts.push(name + preview(value[member as keyof typeof value], level + 1, room))
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
