import { present } from '../present.ts'
import { toVisible } from '../visible-text.ts'
import type { BundleChange, ChangeSeverity } from './bundle-change.ts'
import { describeChange } from './describe-change.ts'
import type { BundleDiff } from './diff-bundles.ts'
import type { Sentence } from './sentence.ts'
import type { LineHunk, TextChange } from './text-change.ts'

/** The data of a diff, as its two forms of text are made of. */
export type DiffData = Omit<BundleDiff, 'toText' | 'toMarkdown'>

const labels: Readonly<Record<ChangeSeverity, string>> = { warning: 'WARNING', notice: 'notice ', info: 'info   ' }

/** One line per change, changed lines below it. */
export function toText(diff: DiffData): string {
  const lines = [headline(diff)]
  for (const change of diff.changes) {
    lines.push(`${labels[change.severity]}  ${render(describeChange(change))}`)
    const text = textOf(change)
    if (text) lines.push(...textLines(text).map((line) => `         ${line}`))
  }
  if (diff.omittedChanges > 0) lines.push(`and ${diff.omittedChanges} more changes`)
  return lines.join('\n')
}

/** What there is, in a few words. */
export function headline({ isEmpty, isFirst, counts }: DiffData): string {
  if (isEmpty) return 'Nothing changed'
  const parts = Object.entries(counts).filter(([, count]) => count > 0)
  const numbers = parts.map(
    ([severity, count]) => `${count} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`,
  )
  return `${isFirst ? 'First deployment, everything is new' : 'Changes'}: ${numbers.join(', ')}`
}

/** The lines that a change shows, where it does. */
export function textOf(change: BundleChange): Extract<TextChange, { form: 'lines' }> | undefined {
  return 'text' in change && change.text.form === 'lines' && change.text.hunks.length > 0 ? change.text : undefined
}

/** Hunks, every character visible, and a remark on what was left out. */
export function textLines({ hunks, omittedLines }: Extract<TextChange, { form: 'lines' }>): string[] {
  const lines = hunks.flatMap((hunk) => [
    header(hunk),
    ...hunk.lines.map((line) => line.charAt(0) + toVisible(line.slice(1))),
  ])
  return omittedLines > 0 ? [...lines, `@@ ${omittedLines} more lines are not shown @@`] : lines
}

function header({ before, after }: LineHunk): string {
  return `@@ -${before} +${after} @@`
}

function render(sentence: Sentence): string {
  return sentence
    .map((part) => (typeof part === 'string' ? part : `"${present(part.value).replaceAll('"', String.raw`\"`)}"`))
    .join('')
}
