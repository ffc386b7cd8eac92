/** Event types in a short form: by resource, what happens to it, as in `{ invoice: 'created paid' }`. */
export type EventTable = Readonly<Record<string, string>>

/** The words of a text, as a union. */
export type Words<Text extends string> = Text extends `${infer First} ${infer Rest}` ? First | Words<Rest> : Text

/** The event types of a table. */
export type TypesOf<Table extends EventTable> = {
  [Resource in keyof Table & string]: `${Resource}.${Words<Table[Resource]>}`
}[keyof Table & string]

/** The event types of a table, in its order. */
export function listTypes<Table extends EventTable>(table: Table): TypesOf<Table>[] {
  return Object.entries(table).flatMap(([resource, what]) =>
    what.split(' ').map((word) => `${resource}.${word}` as TypesOf<Table>),
  )
}
