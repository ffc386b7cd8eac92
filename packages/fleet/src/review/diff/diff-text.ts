import { clip } from 'sallyport/provider'
import { isUtf8 } from 'node:buffer'
import type { BundleFile } from '../../bundle/agent-bundle.ts'
import type { Slicer } from '../../zip/slicer.ts'
import { maskInSlices } from '../secrets/mask-secrets.ts'
import { compareLines } from './compare-lines.ts'
import type { LineHunk, TextBudget, TextChange } from './text-change.ts'
import { toHunks } from './to-hunks.ts'

const mostBytes = 256 * 1024
const mostLinesPerFile = 1_000
const longestLine = 4_000

/** Compares two versions of a file line by line, within what is left of the budget. */
export async function diffText(
  before: BundleFile | undefined,
  after: BundleFile,
  { contextLines, budget }: { readonly contextLines: number; readonly budget: TextBudget },
  slicer: Slicer,
): Promise<TextChange> {
  const sizes = { before: before?.bytes.length, after: after.bytes.length }
  if ((before?.bytes.length ?? 0) > mostBytes || after.bytes.length > mostBytes) {
    return { form: 'size', reason: 'too large', ...sizes }
  }
  const [old, new_] = [before ? toText(before.bytes) : '', toText(after.bytes)]
  if (old === undefined || new_ === undefined) return { form: 'size', reason: 'binary', ...sizes }
  if (budget.lines <= 0 || budget.characters <= 0) return { form: 'size', reason: 'too many lines', ...sizes }

  const [from, to] = [await maskInSlices(old, slicer), await maskInSlices(new_, slicer)]
  const hunks = from.text === to.text ? [] : await compare(from.text, to.text, contextLines, budget, slicer)
  return { form: 'lines', ...countLines(hunks), ...fitHunks(hunks, budget), hiddenSecrets: to.hidden }
}

function toText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0) || !isUtf8(bytes)) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

async function compare(
  before: string,
  after: string,
  context: number,
  budget: TextBudget,
  slicer: Slicer,
): Promise<LineHunk[]> {
  const ids = new Map<string, number>()
  const [old, new_] = [await split(before, ids, slicer), await split(after, ids, slicer)]
  const runs = before === '' ? undefined : await compareLines(old.ids, new_.ids, budget, slicer)
  if (runs) return toHunks(old.lines, new_.lines, runs, context)
  const lines: string[] = []
  for (const [sign, all] of [
    ['-', old.lines],
    ['+', new_.lines],
  ] as const) {
    for (const line of all) {
      lines.push(sign + line.replace(/\n$/, ''))
      if (slicer.isOver(lines.length)) await slicer.pause()
    }
  }
  return [{ before: 1, after: 1, lines }]
}

/** Lines with their line feeds; equal ones have the same number. */
async function split(
  text: string,
  ids: Map<string, number>,
  slicer: Slicer,
): Promise<{ readonly lines: readonly string[]; readonly ids: Int32Array }> {
  const lines: string[] = []
  const found: number[] = []
  for (let start = 0, end = 0; start < text.length; start = end) {
    end = text.indexOf('\n', start) + 1 || text.length
    const line = text.slice(start, end)
    const id = ids.get(line) ?? ids.size
    ids.set(line, id)
    lines.push(line)
    found.push(id)
    if (slicer.isOver(lines.length)) await slicer.pause()
  }
  return { lines, ids: Int32Array.from(found) }
}

function countLines(hunks: readonly LineHunk[]): { added: number; removed: number } {
  let [added, removed] = [0, 0]
  for (const { lines } of hunks) {
    for (const line of lines) {
      if (line.startsWith('+')) added++
      else if (line.startsWith('-')) removed++
    }
  }
  return { added, removed }
}

function fitHunks(all: readonly LineHunk[], budget: TextBudget): { hunks: LineHunk[]; omittedLines: number } {
  const hunks: LineHunk[] = []
  let room = Math.min(mostLinesPerFile, budget.lines)
  let omittedLines = 0
  for (const hunk of all) {
    const lines = budget.characters > 0 ? fitLines(hunk.lines, room).map((line) => clip(line, longestLine)) : []
    omittedLines += hunk.lines.length - lines.length
    if (lines.length === 0) continue
    room -= lines.length
    budget.lines -= lines.length
    budget.characters -= lines.reduce((sum, line) => sum + line.length, 0)
    hunks.push({ ...hunk, lines })
  }
  return { hunks, omittedLines }
}

// New lines matter more to a reviewer than removed ones: those get at most a quarter.
function fitLines(lines: readonly string[], room: number): readonly string[] {
  if (lines.length <= room) return lines
  let removed = 0
  return lines.filter((line) => !line.startsWith('-') || ++removed <= room / 4).slice(0, room)
}
