import { findOpenBlock, findStrictBlock, lineAt, type Block } from './front-matter-block.ts'
import { splitLines, strip, stripStart } from './python-text.ts'
import type { Runtime } from './runtime-report.ts'

/** What a runtime makes of the text of a subagent's `AGENTS.md`. */
export interface SubagentReading {
  readonly description: string
  /** Whether the text gives the description; otherwise it is the runtime's default. */
  readonly isDescribed: boolean
  readonly model?: string | undefined
  /** Whether it finds front matter. */
  readonly hasFrontMatter: boolean
  /** Line on which the prompt begins, from 1. */
  readonly promptLine: number
  readonly prompt: string
}

// Longer than front matter may be. Only in an odd file do the runtimes find such a block.
const longest = 64 * 1024

/**
 * Reads a subagent line by line, as each runtime does; `undefined` if its front matter is too long.
 *
 * @param text with line feeds only, as `read_text` gives it
 */
export function readSubagent(runtime: Runtime, text: string, name: string): SubagentReading | undefined {
  const block = runtime === 'deepagents-talon' ? findOpenBlock(text) : findStrictBlock(text)
  if (block && block.yaml.length > longest) return undefined
  const entries = entriesOf(block)
  return runtime === 'deepagents-talon' ? readTalon(text, name, block, entries) : readExport(text, block, entries)
}

type Entry = [key: string, value: string]

// `parsers.py` of 2026-06-02: keys in any case, the last one counts, quotes stay.
function readExport(text: string, block: Block | undefined, entries: readonly Entry[]): SubagentReading {
  const description = entries.findLast(([key]) => key.toLowerCase() === 'description')?.[1] ?? ''
  return { description, isDescribed: description !== '', ...promptOf(text, block?.end ?? 0, block) }
}

// `runtime.py` of 2026-07-06: the exact key, the first one counts, quotes around the value go.
function readTalon(text: string, name: string, block: Block | undefined, entries: readonly Entry[]): SubagentReading {
  const valueOf = (field: string): string | undefined => {
    const value = stripQuotes(entries.find(([key]) => key === field)?.[1] ?? '')
    return value === '' ? undefined : value
  }
  const description = valueOf('description')
  const rest = text.slice(block?.end ?? 0)
  const start = block ? text.length - stripStart(rest).length : 0
  return {
    description: description ?? `Use the ${name} subagent.`,
    isDescribed: description !== undefined,
    model: valueOf('model_id'),
    ...promptOf(text, start, block),
  }
}

function entriesOf(block: Block | undefined): Entry[] {
  return splitLines(block?.yaml ?? '').flatMap((line): Entry[] => {
    const colon = line.indexOf(':')
    return colon < 0 ? [] : [[strip(line.slice(0, colon)), strip(line.slice(colon + 1))]]
  })
}

function stripQuotes(text: string): string {
  const isQuote = (index: number): boolean => text[index] === '"' || text[index] === "'"
  let start = 0
  while (isQuote(start)) start += 1
  let end = text.length
  while (end > start && isQuote(end - 1)) end -= 1
  return text.slice(start, end)
}

function promptOf(text: string, start: number, block: Block | undefined) {
  return { hasFrontMatter: block !== undefined, promptLine: lineAt(text, start), prompt: text.slice(start) }
}
