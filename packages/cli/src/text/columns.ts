// Below this, tables and options have no room for what they say.
const fewest = 60

/** The columns of a terminal, at least 60. `Infinity` for a pipe or a file: there, nothing is cut or wrapped. */
export function columnsOf({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  // A terminal may say nothing, or 0.
  return isTTY ? Math.max(fewest, columns || 80) : Number.POSITIVE_INFINITY
}
