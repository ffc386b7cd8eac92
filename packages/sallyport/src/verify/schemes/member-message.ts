import type { JsonObject } from '../decode.ts'
import { noTimestamp } from '../freshness.ts'
import { planMessage, type MessageForm } from './message-form.ts'
import { keepsRule, type MemberPart, type MessagePart } from './message.ts'

/** A part of a message that is made of members of the body. */
export type MemberMessagePart = MemberPart | (MessagePart & { readonly kind: 'literal' })

/** The text of each part, in latin1; `undefined` where a member is no text, or not in its form. */
export type ReadMembers = (item: JsonObject) => readonly string[] | undefined

/**
 * Makes the reader of a message of members, of which no two cuts give the same bytes.
 *
 * @returns what is wrong with the message where a part does not show where it ends
 */
export function planMembers(signed: readonly MemberMessagePart[]): ReadMembers | string {
  const free = findFree(signed)
  if (typeof free === 'string') return free
  // One member is cut out by those beside it, as the body is by headers.
  const plan = planMessage(
    signed.map((part, index) => (index === free ? { kind: 'body' } : toHeader(part))),
    noTimestamp('the parts alone matter'),
  )
  if (typeof plan === 'string') return plan.replaceAll('header', 'member')
  if (plan.bodyStart !== undefined || plan.bodyEnd !== undefined)
    return 'a member beside another one needs a length: parts.member(path, { length: 10 })'
  const { rules } = plan satisfies MessageForm

  return (item) => {
    const texts: string[] = []
    for (const [index, part] of signed.entries()) {
      const text = part.kind === 'literal' ? part.text : toText(readPath(item, part.path))
      const rule = part.kind === 'literal' ? undefined : rules[index]
      if (text === undefined || (rule !== undefined && !keepsRule(text, rule))) return undefined
      texts.push(text)
    }
    return texts
  }
}

/** Index of the member that may contain anything. */
function findFree(signed: readonly MemberMessagePart[]): number | string {
  const members = signed.flatMap((part, index) => (part.kind === 'member' ? [{ part, index }] : []))
  const free = members.filter(({ part }) => part.form?.free === true)
  if (members.length === 0 || free.length > 1) return 'the signed message needs a member, and one that is free at most'
  return (free[0] ?? members.at(-1)!).index
}

function toHeader(part: MemberMessagePart): MessagePart {
  if (part.kind === 'literal') return part
  const { length, characters } = part.form ?? {}
  const form = length === undefined && characters === undefined ? undefined : { length, characters }
  return { kind: 'header', name: part.path.join('.'), form }
}

/** The value at a path of own members. */
export function readPath(item: unknown, path: readonly string[]): unknown {
  let value = item
  for (const name of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
    value = (value as JsonObject)[name]
  }
  return value
}

function toText(value: unknown): string | undefined {
  if (value === undefined || value === null) return ''
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return undefined
  const isPlain = typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
  return isPlain ? Buffer.from(String(value)).toString('latin1') : undefined
}

/** A copy with the members at the paths alone. */
export function pickMembers(item: unknown, paths: readonly (readonly string[])[]): JsonObject {
  const picked: Record<string, unknown> = {}
  for (const path of paths) {
    const value = readPath(item, path)
    if (value === undefined || (typeof value === 'object' && value !== null)) continue
    let holder = picked
    for (const name of path.slice(0, -1)) holder = (holder[name] ??= {}) as Record<string, unknown>
    holder[path.at(-1)!] = value
  }
  return picked
}
