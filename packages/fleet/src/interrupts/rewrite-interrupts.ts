import type { BundleFile, ToolsConfig } from '../bundle/agent-bundle.ts'
import { readText } from '../bundle/read-text.ts'
import { FleetError } from '../fleet-error.ts'
import { parseJson } from '../json/parse-json.ts'
import { createSlicer } from '../zip/slicer.ts'
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
): Promise<{ readonly text: string; readonly merged: readonly MergedInterrupt[] } | undefined> {
  const all = orTooDeep(file.path, () => mergeInterrupts(interrupts))
  const merged = all.filter(({ isNew }) => isNew)
  if (merged.length === 0) return undefined
  const text = readText(file)
  const { located } = await parseJson(text, createSlicer(), 'interrupt_config')
  if (located === undefined) throw new FleetError('BUNDLE_ALTERED', { path: file.path })
  const mark = file.bytes[0] === 0xef ? '\ufeff' : ''
  const isPretty = text.slice(located.start, located.end).includes('\n')
  return {
    text:
      mark + text.slice(0, located.start) + orTooDeep(file.path, () => write(all, isPretty)) + text.slice(located.end),
    merged,
  }
}

function write(all: readonly MergedInterrupt[], isPretty: boolean): string {
  const entries = all.filter(({ value }) => value !== undefined)
  const members = entries.map(({ tool, value }) => `${JSON.stringify(tool)}: ${JSON.stringify(value)}`)
  if (members.length === 0) return '{}'
  return isPretty ? `{\n    ${members.join(',\n    ')}\n  }` : `{${members.join(', ')}}`
}

// `JSON.stringify` runs out of stack at some thousand levels.
function orTooDeep<Result>(path: string, work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new FleetError('TOOLS_INVALID', { path, detail: 'a value of interrupt_config is nested too deeply' })
  }
}
