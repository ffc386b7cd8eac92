import { maskSecrets } from '../secrets/mask-secrets.ts'
import { isContainer, previewJson, sameJson } from './json-value.ts'

/** A member of a JSON document or of YAML front matter that is not what it was. */
export interface MemberChange {
  /** Names from the outermost inwards. */
  readonly member: readonly string[]
  /** What it was, as bounded JSON without secrets; absent when the member is new. */
  readonly from?: string
  /** What it is; absent when the member is gone. */
  readonly to?: string
}

const mostLevels = 8
const mostMembers = 500

/** Compares two documents member by member, objects inside objects to a depth of 8; of more than 500 changes, the last is `…`. */
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
  } else changes.push({ member, ...describe('from', before), ...describe('to', after) })
}

function describe<Side extends 'from' | 'to'>(side: Side, value: unknown): Partial<Record<Side, string>> {
  if (value === undefined) return {}
  return { [side]: maskSecrets(previewJson(value)).text } as Partial<Record<Side, string>>
}

// One of them may be absent, unless there is nothing in the other to name.
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
