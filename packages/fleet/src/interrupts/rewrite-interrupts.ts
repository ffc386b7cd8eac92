import type { BundleFile, ToolsConfig } from '../bundle/agent-bundle.ts'
import { readText } from '../bundle/read-text.ts'
import { FleetError } from '../fleet-error.ts'
import { parseJson } from '../json/parse-json.ts'
import type { Slicer } from '../zip/slicer.ts'
import { mergeInterrupts, type MergedInterrupt } from './merge-interrupts.ts'

/**
 * The text of a `tools.json` with its interrupts under the names of tools, and every other character unchanged; `undefined` when
 * it has that form already.
 *
 * @throws FleetError `TOOLS_INVALID` for a value nested too deeply to be written
 */
export async function rewriteInterrupts(
  file: BundleFile,
  { interrupts }: ToolsConfig,
  slicer: Slicer,
): Promise<{ readonly text: string; readonly merged: readonly MergedInterrupt[] } | undefined> {
  const { path, bytes } = file
  try {
    const all = await mergeInterrupts(interrupts, slicer)
    const merged = all.filter(({ isNew }) => isNew)
    if (merged.length === 0) return undefined
    const text = readText(file)
    const { located } = await parseJson(text, slicer, { member: 'interrupt_config' })
    if (located === undefined) throw new FleetError('BUNDLE_ALTERED', { path })
    const mark = bytes[0] === 0xef ? '\ufeff' : ''
    const isPretty = text.slice(located.start, located.end).includes('\n')
    const written = await write(all, isPretty, slicer)
    return { text: mark + text.slice(0, located.start) + written + text.slice(located.end), merged }
  } catch (error) {
    // `JSON.stringify` runs out of stack at some thousand levels.
    if (!(error instanceof RangeError)) throw error
    throw new FleetError('TOOLS_INVALID', { path, detail: 'a value of interrupt_config is nested too deeply' })
  }
}

async function write(all: readonly MergedInterrupt[], isPretty: boolean, slicer: Slicer): Promise<string> {
  const members: string[] = []
  for (const { tool, value } of all) {
    if (value !== undefined) members.push(`${JSON.stringify(tool)}: ${JSON.stringify(value)}`)
    if (slicer.isLate()) await slicer.pause()
  }
  if (members.length === 0) return '{}'
  return isPretty ? `{\n    ${members.join(',\n    ')}\n  }` : `{${members.join(', ')}}`
}
