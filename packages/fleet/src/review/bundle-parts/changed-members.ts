import type { Slicer } from '../../zip/slicer.ts'
import { isContainer, previewJson, sameJson } from './json-value.ts'

/** A changed member of a JSON document or YAML front matter. */
export interface MemberChange {
  /** Names from the outermost inwards. */
  readonly member: readonly string[]
  /** The old value as bounded JSON without secrets; `undefined` when the member is new. */
  readonly from?: string | undefined
  /** The new value; `undefined` when the member was removed. */
  readonly to?: string | undefined
}

const mostLevels = 8
const mostMembers = 500

/**
 * Compares two documents member by member, nested objects to a depth of 8. After 500 changes the last is `…`.
 *
 * @param ignored outermost members that are compared elsewhere
 */
export async function changedMembers(
  before: unknown,
  after: unknown,
  slicer: Slicer,
  ignored: ReadonlySet<string> = new Set(),
): Promise<MemberChange[]> {
  const changes: MemberChange[] = []
  await compare(before, after, [])
  return changes

  async function compare(one: unknown, other: unknown, member: readonly string[]): Promise<void> {
    if (await sameJson(one, other, slicer)) return
    if (changes.length === mostMembers) changes.push({ member: ['…'] })
    else if (member.length < mostLevels && areMappings(one, other)) {
      for (const name of new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})])) {
        if (changes.length > mostMembers) return
        if (member.length > 0 || !ignored.has(name)) await compare(own(one, name), own(other, name), [...member, name])
      }
    } else changes.push({ member, from: show(one), to: show(other) })
  }
}

function show(value: unknown): string | undefined {
  return value === undefined ? undefined : previewJson(value)
}

// One of them may be absent, if the other has members.
function areMappings(before: unknown, after: unknown): boolean {
  const present = [before, after].filter((value) => value !== undefined)
  return present.every(isMapping) && present.some((value) => Object.keys(value as object).length > 0)
}

function isMapping(value: unknown): boolean {
  return isContainer(value) && !Array.isArray(value)
}

function own(value: unknown, name: string): unknown {
  return isContainer(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
