import * as z from 'zod'

/**
 * A list of bounded length. Its length is judged before its items are: zod describes every item that is wrong, and a few
 * megabytes of them would take minutes and gigabytes.
 */
export function listOf<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .array(z.unknown())
    .max(most)
    .pipe(z.array(item) as z.ZodType<z.output<Item>[], unknown[]>)
}
