import { readSource } from './read-source.ts'
import { renderJson, renderText } from './render-inspection.ts'

/**
 * Prints what every argument holds: one JSON object per line, or a text for people.
 *
 * @param write given one text at a time, with its line end
 * @returns whether all were read
 */
export async function inspectAll(
  files: readonly string[],
  { isJson, base, write }: { isJson: boolean; base: string; write: (text: string) => void },
): Promise<boolean> {
  let isWhole = true
  // One after the other: hundreds of bundles take no more memory than the largest.
  for (const [index, file] of files.entries()) {
    const inspection = await readSource(file, base)
    if (!inspection.ok) isWhole = false
    write(isJson ? `${renderJson(inspection)}\n` : `${index > 0 ? '\n' : ''}${renderText(inspection)}\n`)
  }
  return isWhole
}
