import * as z from 'zod'

const mostIssues = 10

/**
 * A list of bounded length that stops at ten issues. zod alone would describe every wrong item: a few megabytes of them would
 * take minutes and gigabytes.
 */
export function listOf<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .array(z.unknown())
    .max(most)
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
