import { endOfString, parseJson } from '../verify/parse-json.ts'

/** Orders in which the members may have been when they were signed. */
export interface MemberOrder {
  readonly detail: string
  /** One character is one byte (latin1). */
  readonly text: string
}

/** Where the members of an object stand in a text. */
interface ObjectText {
  readonly members: readonly (readonly [from: number, to: number])[]
}

// 8 members have 40,320 orders.
const mostMembers = 8
const mostOrders = 50_000
// Each exchange writes all members again.
const mostExchanged = 128
// Sorting copies the text once per object.
const mostObjects = 500

/**
 * The same JSON with its members in other orders: sorted, as in another delivery, then any order of small objects, and two
 * members exchanged in larger ones. Spaces, numbers and escapes stay as they are.
 *
 * @param text valid JSON; one character is one byte (latin1)
 * @param samples other bodies of the sender, which show its order
 */
export function* memberOrders(text: string, samples: readonly string[] = []): Generator<MemberOrder> {
  const objects = readObjects(text)
  if (objects.length === 0 || objects.length > mostObjects) return
  for (const sample of samples) {
    const known = namesByOrder(sample)
    yield { detail: 'the sender writes them in the order of the other capture', text: reorder(text, objects, known) }
  }
  yield { detail: 'the sender sorts them by name', text: reorder(text, objects, byName) }
  yield { detail: 'the sender sorts them by length, then by name', text: reorder(text, objects, byLength) }
  const detail = 'their order is another one'
  const total = objects.reduce((product, { members }) => product * countOrders(members.length), 1)
  if (total <= mostOrders) {
    for (const changed of everyOrder(text, objects)) yield { detail, text: changed }
    return
  }
  for (const object of objects) if (object.members.length <= mostExchanged) yield* exchanges(text, object)
  for (const object of objects)
    if (object.members.length <= mostMembers)
      for (const changed of everyOrder(text, [object])) yield { detail, text: changed }
}

function* exchanges(text: string, object: ObjectText): Generator<MemberOrder> {
  const order = object.members.map((_, index) => index)
  for (const from of order) {
    for (const to of order) {
      if (from < to) {
        const swapped = order.with(from, to).with(to, from)
        yield { detail: 'two of them changed places', text: arrange(text, object, swapped) }
      }
      if (from === to || from === to - 1) continue
      const moved = order.toSpliced(from, 1).toSpliced(to, 0, from)
      yield { detail: 'one of them was moved', text: arrange(text, object, moved) }
    }
  }
}

function* everyOrder(text: string, [object, ...rest]: readonly ObjectText[]): Generator<string> {
  if (object === undefined) {
    yield text
    return
  }
  for (const order of permutations(object.members.map((_, index) => index)))
    yield* everyOrder(arrange(text, object, order), rest)
}

function* permutations(items: readonly number[]): Generator<readonly number[]> {
  if (items.length < 2) {
    yield items
    return
  }
  for (const [index, item] of items.entries())
    for (const others of permutations(items.toSpliced(index, 1))) yield [item, ...others]
}

function countOrders(size: number): number {
  if (size > mostMembers) return Infinity
  return size < 2 ? 1 : size * countOrders(size - 1)
}

/** Puts the members in their places in another order. The text keeps its length, so objects around it stay where they are. */
function arrange(text: string, { members }: ObjectText, order: readonly number[]): string {
  let result = text.slice(0, members[0]![0])
  for (const [place, index] of order.entries()) {
    const [from, to] = members[index]!
    result += text.slice(from, to) + text.slice(members[place]![1], members[place + 1]?.[0])
  }
  return result
}

type Compare = (one: string, other: string) => number

function reorder(text: string, objects: readonly ObjectText[], compare: Compare): string {
  let result = text
  for (const object of objects) {
    const names = object.members.map(([from]) => nameAt(result, from))
    const order = names.map((_, index) => index).toSorted((one, other) => compare(names[one]!, names[other]!))
    result = arrange(result, object, order)
  }
  return result
}

const byName: Compare = (one, other) => (one < other ? -1 : one > other ? 1 : 0)
// As PostgreSQL's jsonb keeps them.
const byLength: Compare = (one, other) => one.length - other.length || byName(one, other)

/** Sorts names as they first appear in a text; unknown ones stay where they are among each other, at the end. */
function namesByOrder(sample: string): Compare {
  const places = new Map<string, number>()
  for (const { members } of readObjects(sample).toReversed()) {
    for (const [from] of members) {
      const name = nameAt(sample, from)
      if (!places.has(name)) places.set(name, places.size)
    }
  }
  const placeOf = (name: string): number => places.get(name) ?? places.size
  return (one, other) => placeOf(one) - placeOf(other)
}

function nameAt(text: string, from: number): string {
  return text.slice(from + 1, endOfString(text, from + 1))
}

/** The objects of a text with two members or more, inner ones before those around them. Nothing for text that is no JSON. */
function readObjects(text: string): ObjectText[] {
  try {
    parseJson(text)
  } catch {
    return []
  }
  const found: ObjectText[] = []
  const open: { readonly isObject: boolean; readonly members: [number, number][]; from: number }[] = []
  let end = 0
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!
    if (' \t\r\n'.includes(character)) continue
    const around = open.at(-1)
    if (around && (character === ',' || character === '}' || character === ']')) {
      if (around.from >= 0) around.members.push([around.from, end])
      around.from = -1
      if (character === ',') continue
      open.pop()
      if (around.isObject && around.members.length > 1) found.push(around)
    } else {
      if (around && around.from < 0) around.from = at
      if (character === '{' || character === '[') open.push({ isObject: character === '{', members: [], from: -1 })
      if (character === '"') at = endOfString(text, at + 1)
    }
    end = at + 1
  }
  return found
}
