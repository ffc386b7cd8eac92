import type * as z from 'zod'

/** How a sample is filled: what the document requires, everything, or everything with null where a member is optional. */
export type Fill = 'required' | 'all' | 'null'

/** Returns a value that a schema of the tables accepts; lists have one item, or are null where they may be. */
export function sampleOf(schema: z.ZodType, fill: Fill): unknown {
  const def = schema.def as unknown as {
    readonly type: string
    readonly format?: string
    readonly innerType: z.ZodType
    readonly element: z.ZodType
    readonly shape: Readonly<Record<string, z.ZodType>>
  }
  if (def.type === 'object') {
    const members = Object.entries(def.shape).filter(([, member]) => fill !== 'required' || isRequired(member))
    return Object.fromEntries(members.map(([name, member]) => [name, sampleOf(member, fill)]))
  }
  if (def.type === 'optional') return fill === 'null' ? null : sampleOf(def.innerType, fill)
  if (def.type === 'nullable') return fill === 'required' ? null : sampleOf(def.innerType, fill)
  if (def.type === 'array') return [sampleOf(def.element, fill)]
  if (def.type === 'boolean') return true
  if (def.type === 'number') return 1
  if (def.type === 'unknown') return { any: ['thing'] }
  return def.format === 'datetime' ? '2026-12-01T09:00:00Z' : 'text'
}

/** Whether the document requires a member. */
export function isRequired(member: z.ZodType): boolean {
  return !member.safeParse(undefined).success
}

const others: readonly unknown[] = [null, 7, 1.5, -1, 501, true, 'soon', ['text'], { a: 1 }]

/** Values that a schema does not accept, of every other type. */
export function wrongFor(schema: z.ZodType): unknown[] {
  return others.filter((value) => !schema.safeParse(value).success)
}
