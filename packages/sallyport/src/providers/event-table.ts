/** Event types in a short form: by resource, what happens to it, as in `{ invoice: 'created paid' }`. */
export type EventTable = Readonly<Record<string, string>>

/** The words of a text, as a union. */
export type Words<Text extends string, Found = never> = Text extends `${infer First} ${infer Rest}`
  ? Words<Rest, Found | First>
  : Found | Text

/** The event types of a table. */
export type TypesOf<Table extends EventTable> = {
  [Resource in keyof Table & string]: `${Resource}.${Words<Table[Resource]>}`
}[keyof Table & string]

/** The event types of a table, in its order. */
export function listTypes<const Table extends EventTable>(table: Table): TypesOf<Table>[] {
  return Object.entries(table).flatMap(([resource, what]) =>
    what.split(' ').map((word) => `${resource}.${word}` as TypesOf<Table>),
  )
}

/** One schema for each event type of a list, or of a text that has them as words. */
export function schemaForAll<const Types extends string, Schema>(
  types: Types | readonly Types[],
  schema: Schema,
): Readonly<Record<Words<Types>, Schema>> {
  const names = typeof types === 'string' ? types.split(' ') : types
  return Object.fromEntries(names.map((name) => [name, schema])) as Record<Words<Types>, Schema>
}
