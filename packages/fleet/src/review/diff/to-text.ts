import { toVisible } from 'sallyport/provider'
import { present } from '../secrets/mask-secrets.ts'
import type { BundleChange, ChangeSeverity, DiffData } from './bundle-change.ts'
import { describeChange } from './describe-change.ts'
import type { Sentence } from './sentence.ts'
import type { LineHunk, TextChange } from './text-change.ts'

const labels: Readonly<Record<ChangeSeverity, string>> = { warning: 'WARNING', notice: 'notice ', info: 'info   ' }

/** One line per change, with its changed lines below. */
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

/** A summary in a few words. */
export function headline({ isEmpty, isFirst, counts }: DiffData): string {
  if (isEmpty) return 'Nothing changed'
  const parts = Object.entries(counts).filter(([, count]) => count > 0)
  const numbers = parts.map(
    ([severity, count]) => `${count} ${severity}${count === 1 || severity === 'info' ? '' : 's'}`,
  )
  return `${isFirst ? 'First deployment, everything is new' : 'Changes'}: ${numbers.join(', ')}`
}

/** The changed lines of a change, if it has any to show. */
export function textOf(change: BundleChange): Extract<TextChange, { form: 'lines' }> | undefined {
  return 'text' in change && change.text.form === 'lines' && change.text.hunks.length > 0 ? change.text : undefined
}

/** Hunks with every character visible, and a note on omitted lines. */
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
