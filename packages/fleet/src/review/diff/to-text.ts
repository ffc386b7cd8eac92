import { toVisible } from 'sallyport/provider'
import { createSlicer, type Slicer } from '../../zip/slicer.ts'
import { present } from '../secrets/mask-secrets.ts'
import type { BundleChange, ChangeSeverity, DiffData } from './bundle-change.ts'
import { describeChange } from './describe-change.ts'
import type { Sentence } from './sentence.ts'
import type { LineHunk, TextChange } from './text-change.ts'

const labels: Readonly<Record<ChangeSeverity, string>> = { warning: 'WARNING', notice: 'notice ', info: 'info   ' }

/** One line per change, with its changed lines below. */
export async function toText(diff: DiffData): Promise<string> {
  const slicer = createSlicer()
  const lines = [headline(diff)]
  for (const change of diff.changes) {
    lines.push(`${labels[change.severity]}  ${render(describeChange(change))}`)
    const text = textOf(change)
    if (text) for (const line of await textLines(text, slicer)) lines.push(`         ${line}`)
    if (slicer.isLate()) await slicer.pause()
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
export async function textLines(
  { hunks, omittedLines }: Extract<TextChange, { form: 'lines' }>,
  slicer: Slicer,
): Promise<string[]> {
  const lines: string[] = []
  for (const hunk of hunks) {
    lines.push(header(hunk))
    for (const line of hunk.lines) {
      lines.push(line.charAt(0) + toVisible(line.slice(1)))
      if (slicer.isLate()) await slicer.pause()
    }
  }
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
