import { diffArrays } from 'diff'
import { toJsonLines, toPlainLine } from './json-lines.ts'

export interface DiffLine {
  readonly sign: ' ' | '+' | '-'
  readonly text: string
}

/** Lines of a diff, and parts without a difference that are folded. */
export type DiffPart = { readonly kind: 'lines' | 'equal'; readonly lines: readonly DiffLine[] }

/** Most lines of a text that are compared. */
export const mostDiffLines = 5_000
const context = 3

/** A body as lines to compare: pretty JSON, or its own lines. */
export function toComparable(text: string): readonly string[] {
  const { lines, brokenAt } = toJsonLines(text)
  return brokenAt === undefined ? lines.map(toPlainLine) : text.split(/\r?\n/)
}

/** Compares lines; `undefined` where the two differ too much to say how. */
export function diffLines(before: readonly string[], after: readonly string[]): readonly DiffPart[] | undefined {
  const options = { timeout: 1_000, maxEditLength: 4_000 }
  const changes = diffArrays(before.slice(0, mostDiffLines), after.slice(0, mostDiffLines), options)
  if (changes === undefined) return undefined
  const parts: DiffPart[] = []
  changes.forEach(({ added, removed, value }, index) => {
    const sign = added ? '+' : removed ? '-' : ' '
    const lines = value.map((text): DiffLine => ({ sign, text }))
    if (sign !== ' ') return void parts.push({ kind: 'lines', lines })
    const head = index === 0 ? 0 : context
    const tail = index === changes.length - 1 ? 0 : context
    if (lines.length <= head + tail + 2) return void parts.push({ kind: 'lines', lines })
    if (head > 0) parts.push({ kind: 'lines', lines: lines.slice(0, head) })
    parts.push({ kind: 'equal', lines: lines.slice(head, lines.length - tail) })
    if (tail > 0) parts.push({ kind: 'lines', lines: lines.slice(lines.length - tail) })
  })
  return parts
}
