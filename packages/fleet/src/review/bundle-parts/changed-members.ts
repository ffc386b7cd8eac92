import { maskSecrets } from '../secrets/mask-secrets.ts'
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

/** Compares two documents member by member, nested objects to a depth of 8. After 500 changes the last is `…`. */
export function changedMembers(before: unknown, after: unknown): MemberChange[] {
  const changes: MemberChange[] = []
  compare(before, after, [], changes)
  return changes
}

function compare(before: unknown, after: unknown, member: readonly string[], changes: MemberChange[]): void {
  if (changes.length > mostMembers || sameJson(before, after)) return
  if (changes.length === mostMembers) {
    changes.push({ member: ['…'] })
  } else if (member.length < mostLevels && areMappings(before, after)) {
    for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
      compare(own(before, name), own(after, name), [...member, name], changes)
    }
  } else changes.push({ member, from: show(before), to: show(after) })
}

function show(value: unknown): string | undefined {
  return value === undefined ? undefined : maskSecrets(previewJson(value)).text
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
