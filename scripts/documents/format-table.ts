/** A Markdown table as the formatter writes it. The first row is the head. */
export function formatTable([first = [], ...rows]: readonly (readonly string[])[]): string {
  const widthOf = (column: number): number => Math.max(...[first, ...rows].map((row) => row[column]!.length))
  const widths = first.map((_cell, column) => widthOf(column))
  const toText = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |\n`
  return [toText(first), toText(widths.map((width) => '-'.repeat(width))), ...rows.map(toText)].join('')
}
