/** Text as PostgreSQL can hold it, which U+0000 and half surrogate pairs it cannot: for finding and showing, never the truth. */
export function toText(value: string): string {
  return value.toWellFormed().replaceAll('\0', '\uFFFD')
}
