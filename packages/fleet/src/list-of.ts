import * as z from 'zod'

const mostIssues = 10

const mostInside = 3_000
const mostIn = 1_000

/**
 * A list of bounded length that stops at ten issues. zod alone would describe every wrong item: a few megabytes of them would
 * take minutes and gigabytes.
 *
 * @param inside members of an item that are lists themselves: all of them together hold at most 3,000
 */
export function listOf<Item extends z.ZodType>(item: Item, most: number, inside: readonly string[] = []) {
  return z
    .custom<unknown[]>((value) => Array.isArray(value) && value.length <= most, `must be a list of at most ${most}`)
    .refine((values) => countInside(values, inside) <= mostInside, {
      error: `must hold at most ${mostInside} of ${inside.join(' and ')} in all`,
      abort: true,
    })
    .transform((values, context) => {
      const items: z.output<Item>[] = []
      for (let index = 0; index < values.length && context.issues.length < mostIssues; index++) {
        const input = values[index]
        const result = item.safeParse(input)
        if (result.success) items.push(result.data)
        else {
          const issues = result.error.issues.slice(0, mostIssues)
          const placed = issues.map((issue) => ({ ...issue, path: [index, ...issue.path], input }))
          context.issues.push(...(placed as z.core.$ZodRawIssue[]))
        }
      }
      return items
    })
}

function countInside(values: readonly unknown[], members: readonly string[]): number {
  let count = 0
  for (const value of values) {
    for (const member of members) {
      const list = (value as Readonly<Record<string, unknown>> | null | undefined)?.[member]
      // One that is too long by itself is an issue of its item.
      if (Array.isArray(list)) count += Math.min(list.length, mostIn)
    }
  }
  return count
}

/** A name: longer texts are none, and comparing thousands of them takes seconds. */
export const shortText = z.string().max(256)
