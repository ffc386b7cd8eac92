import { createHash } from 'node:crypto'
import { readExact, readId } from 'sallyport/provider'
import * as z from 'zod'
import { describePlace } from './place.ts'

/** An entry of a list that is not in the documented format; the list has the others. */
export interface UnreadableItem {
  /** Its place in the answer, from 0. */
  readonly index: number
  /** Its id, if it has one. */
  readonly id?: string | undefined
  /** The members that are missing or of another type, such as `webhooks.3.event_type`. */
  readonly places: readonly string[]
  /** Equal for equal entries, so that you can report each once. */
  readonly digest: string
  /** Whether the entry is `null`. */
  readonly isNull: boolean
}

/** A list that was read entry by entry. */
export interface ReadList<Item> {
  readonly items: readonly Item[]
  readonly unreadable: readonly UnreadableItem[]
}

type Path = readonly (string | number)[]

/**
 * Reads a list entry by entry: an odd one never fails the rest. Ids are read digit by digit and are text afterwards.
 *
 * @param name of the list in the answer; `null` or no list is an empty one
 * @param ids members of an entry that are ids, its own first
 * @param context gets an issue if the answer has something else than a list there
 */
export function readList<Schema extends z.ZodType>(
  answer: object,
  name: string,
  schema: Schema,
  ids: readonly string[],
  context: z.core.$RefinementCtx,
): ReadList<z.output<Schema>> {
  const list = (answer as Readonly<Record<string, unknown>>)[name] ?? []
  const items: z.output<Schema>[] = []
  const unreadable: UnreadableItem[] = []
  if (!Array.isArray(list)) {
    context.addIssue({ code: 'custom', message: 'not a list', path: [name] })
    return { items, unreadable }
  }
  for (const [index, entry] of (list as unknown[]).entries()) {
    const path = [name, index]
    const parsed = schema.safeParse(withTextIds(answer, path, entry, ids))
    if (parsed.success) {
      items.push(parsed.data)
      if (typeof parsed.data === 'object' && parsed.data !== null) origins.set(parsed.data, { answer, path })
      continue
    }
    const places = parsed.error.issues.slice(0, 10).map((issue) => describePlace({ path: [...path, ...issue.path] }))
    const id = ids.map((member) => readId(answer, ...path, member)).find((found) => found !== undefined)
    const digest = digestOf(readExact(answer, ...path))
    unreadable.push({ index, id, places: [...new Set(places)], digest, isNull: entry === null })
  }
  return { items, unreadable }
}

/** Makes the schema of a single answer with ids, which may be numbers of any size; they are text afterwards. */
export function withIds<Schema extends z.ZodType>(schema: Schema, ids: readonly string[]): z.ZodType<z.output<Schema>> {
  const toTexts = (answer: unknown): unknown =>
    typeof answer === 'object' && answer !== null ? withTextIds(answer, [], answer, ids) : answer
  return z.preprocess(toTexts, schema)
}

/**
 * Makes the schema of an answer with one list, which keeps its name. A null entry counts as none; any other entry that is not in
 * the documented format is an error, because a caller that changes what is listed must not act on a part of it.
 *
 * @param rest schemas of other members
 */
export function listAnswer<Name extends string, Schema extends z.ZodType, Rest extends z.ZodRawShape>(
  name: Name,
  schema: Schema,
  ids: readonly string[],
  rest: Rest,
): z.ZodType<ListAnswer<Name, z.output<Schema>> & z.output<z.ZodObject<Rest>>> {
  const others = z.looseObject(rest)
  return z.custom<object>().transform((answer, context) => {
    const { items, unreadable } = readList(answer, name, schema, ids, context)
    const parsed = others.safeParse(answer)
    const places = unreadable.filter(({ isNull }) => !isNull).flatMap((item) => item.places)
    const paths = [...places.map((place) => [place]), ...(parsed.error?.issues ?? []).map(({ path }) => path)]
    for (const path of paths) context.addIssue({ code: 'custom', message: 'unexpected', path })
    return { ...parsed.data, [name]: items }
  }) as unknown as z.ZodType<ListAnswer<Name, z.output<Schema>> & z.output<z.ZodObject<Rest>>>
}

type ListAnswer<Name extends string, Item> = { readonly [List in Name]: readonly Item[] }

const origins = new WeakMap<object, { readonly answer: object; readonly path: Path }>()

/** Returns an entry as the platform sent it, to be written as JSON again without losing digits. */
export function toSentItem(item: object): unknown {
  const origin = origins.get(item)
  return origin === undefined ? item : readExact(origin.answer, ...origin.path)
}

function withTextIds(answer: object, path: Path, entry: unknown, ids: readonly string[]): unknown {
  if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry
  const numbers = ids.filter((id) => typeof (entry as Readonly<Record<string, unknown>>)[id] === 'number')
  if (numbers.length === 0) return entry
  return { ...entry, ...Object.fromEntries(numbers.map((id) => [id, readId(answer, ...path, id)])) }
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(toText(value)).digest('hex').slice(0, 16)
}

function toText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? ''
  } catch {
    // Too deep.
    return ''
  }
}
