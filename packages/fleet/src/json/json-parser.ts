import { JsonFault } from './json-fault.ts'
import { readScalar, readString, skipSpace } from './json-tokens.ts'

/** A parser that can stop between two values and go on later. */
export interface JsonParser {
  /** Goes on until the text ends or `isOver` says to pause. @returns whether the text was read to its end */
  advance(isOver: () => boolean): boolean
  /** The parsed value, once the text was read. */
  readonly value: unknown
  /** Where the value of the located member is in the text. */
  readonly located: { readonly start: number; readonly end: number } | undefined
}

/** Options of a parser. */
export interface JsonOptions {
  /** A member of the outermost object, to be located. */
  readonly member?: string | undefined
  /** Most members of one object. @default no limit */
  readonly mostMembers?: number | undefined
}

type Members = Record<string, unknown>

/**
 * Parses JSON as `JSON.parse` does, but refuses two members of one name in an object, however they are escaped: readers take
 * the first, the last or both. Takes time in proportion to the text.
 *
 * @throws JsonFault from `advance`
 */
export function createJsonParser(text: string, { member, mostMembers = Infinity }: JsonOptions = {}): JsonParser {
  const open: (Members | unknown[])[] = []
  /** The name that the next value gets, for every open object, and the number of its names. */
  const names: string[] = []
  const counts: number[] = []
  let root: unknown
  let at = skipSpace(text, 0)
  let expectsValue = true
  let start: number | undefined
  let located: JsonParser['located']

  const fail = (kind: JsonFault['kind'] = 'syntax', offset = at): never => {
    throw new JsonFault(kind, text, offset)
  }

  function place(value: unknown): void {
    const container = open.at(-1)
    if (container === undefined) root = value
    else if (Array.isArray(container)) container.push(value)
    else define(container, names.at(-1)!, value)
    if (open.length === 1 && member !== undefined && names.at(-1) === member) start = at
  }

  /** A value of the outermost object ends here. */
  function end(): void {
    if (open.length === 1 && start !== undefined && located === undefined) located = { start, end: at }
    at = skipSpace(text, at)
    expectsValue = false
  }

  function readName(container: Members): void {
    const { value: name, end: behind } = readString(text, at)
    if (Object.hasOwn(container, name)) fail('duplicate')
    if (++counts[counts.length - 1]! > mostMembers) fail('size')
    names[names.length - 1] = name
    at = skipSpace(text, behind)
    if (text[at] !== ':') fail()
    at = skipSpace(text, at + 1)
    expectsValue = true
  }

  function begin(container: Members | unknown[], closing: string): void {
    place(container)
    open.push(container)
    names.push('')
    counts.push(0)
    at = skipSpace(text, at + 1)
    if (text[at] === closing) close()
    else if (!Array.isArray(container)) readName(container)
  }

  function close(): void {
    open.pop()
    names.pop()
    counts.pop()
    at++
    end()
  }

  function readValue(): void {
    if (text[at] === '{') return begin({}, '}')
    if (text[at] === '[') return begin([], ']')
    const { value, end: behind } = readScalar(text, at)
    place(value)
    at = behind
    end()
  }

  function readBehind(): void {
    const container = open.at(-1)!
    const isList = Array.isArray(container)
    if (text[at] === (isList ? ']' : '}')) return close()
    if (text[at] !== ',') fail()
    at = skipSpace(text, at + 1)
    if (isList) expectsValue = true
    else readName(container)
  }

  return {
    advance(isOver) {
      while (expectsValue || open.length > 0) {
        if (isOver()) return false
        if (expectsValue) readValue()
        else readBehind()
      }
      if (at < text.length) fail()
      return true
    },
    get value() {
      return root
    },
    get located() {
      return located
    },
  }
}

// An assignment to `__proto__` would change the prototype instead.
function define(members: Members, name: string, value: unknown): void {
  if (name !== '__proto__') members[name] = value
  else Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true })
}
