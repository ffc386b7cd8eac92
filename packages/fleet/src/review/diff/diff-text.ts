import { clip } from 'sallyport/provider'
import { isUtf8 } from 'node:buffer'
import { structuredPatch } from 'diff'
import type { BundleFile } from '../../bundle/agent-bundle.ts'
import { maskSecrets } from '../secrets/mask-secrets.ts'
import type { LineHunk, TextBudget, TextChange } from './text-change.ts'

const mostBytes = 256 * 1024
// The comparison takes the square of this in time; beyond it, the whole file counts as changed.
const mostEdits = 2_000
const mostLinesPerFile = 1_000
const longestLine = 4_000

/** Compares two versions of a file line by line, within what is left of the budget. */
export function diffText(
  before: BundleFile | undefined,
  after: BundleFile,
  contextLines: number,
  budget: TextBudget,
): TextChange {
  const sizes = { before: before?.bytes.length, after: after.bytes.length }
  if ((before?.bytes.length ?? 0) > mostBytes || after.bytes.length > mostBytes) {
    return { form: 'size', reason: 'too large', ...sizes }
  }
  const [old, new_] = [before ? toText(before.bytes) : '', toText(after.bytes)]
  if (old === undefined || new_ === undefined) return { form: 'size', reason: 'binary', ...sizes }
  if (budget.lines <= 0 || budget.characters <= 0) return { form: 'size', reason: 'too many lines', ...sizes }

  const [from, to] = [maskSecrets(old), maskSecrets(new_)]
  const hunks = compare(from.text, to.text, contextLines)
  return { form: 'lines', ...countLines(hunks), ...fitHunks(hunks, budget), hiddenSecrets: to.hidden }
}

function toText(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0) || !isUtf8(bytes)) return undefined
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function compare(before: string, after: string, context: number): LineHunk[] {
  if (before === after) return []
  if (before !== '') {
    const patch = structuredPatch('', '', before, after, '', '', { context, maxEditLength: mostEdits })
    if (patch) return patch.hunks.map(({ oldStart, newStart, lines }) => ({ before: oldStart, after: newStart, lines }))
  }
  return [{ before: 1, after: 1, lines: [...markLines('-', before), ...markLines('+', after)] }]
}

function markLines(mark: string, text: string): string[] {
  if (text === '') return []
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => mark + line)
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
