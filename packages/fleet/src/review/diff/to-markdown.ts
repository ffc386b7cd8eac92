import { allow, checkOptions } from 'sallyport/provider'
import { createSlicer, type Slicer } from '../../zip/slicer.ts'
import { present } from '../secrets/mask-secrets.ts'
import type { BundleChange, ChangeSeverity, DiffData } from './bundle-change.ts'
import { describeChange } from './describe-change.ts'
import type { Sentence } from './sentence.ts'
import { headline, textLines, textOf } from './to-text.ts'

/** Options of `toMarkdown`. */
export interface MarkdownOptions {
  /** Longest result. Whole changes are omitted and counted, the least severe first. GitHub allows 65,536 a comment. @default 60_000 */
  readonly maxCharacters?: number | undefined
}

const titles: Readonly<Record<ChangeSeverity, string>> = {
  warning: 'Warnings',
  notice: 'Notices',
  info: 'For information',
}
const roomForEnding = 200

/** A list of changes by severity, then the changed lines in fenced blocks. */
export async function toMarkdown(diff: DiffData, options: MarkdownOptions = {}): Promise<string> {
  checkOptions('toMarkdown', options, { maxCharacters: allow.number(0) })
  const { maxCharacters = 60_000 } = options
  const slicer = createSlicer()
  const blocks = [`### ${headline(diff)}`]
  let room = maxCharacters - blocks[0]!.length - roomForEnding
  let omitted = diff.omittedChanges
  const add = (block: string): boolean => {
    if (block.length + 2 > room) return false
    blocks.push(block)
    room -= block.length + 2
    return true
  }

  for (const [severity, title] of Object.entries(titles)) {
    const changes = diff.changes.filter((change) => change.severity === severity)
    const items = await toItems(changes, room - title.length - 10, slicer)
    omitted += changes.length - items.length
    if (items.length > 0) add(`**${title}**\n\n${items.join('\n')}`)
  }
  let omittedTexts = 0
  for (const change of diff.changes) {
    const text = textOf(change)
    if (!text) continue
    const fits = lengthOf(text) <= room && add(await toBlock(change.path, text, slicer))
    if (!fits) omittedTexts++
  }
  const endings = [
    ...(omitted > 0 ? [`${omitted} more changes are not shown.`] : []),
    ...(omittedTexts > 0 ? [`The changed lines of ${omittedTexts} files are not shown.`] : []),
  ]
  return `${[...blocks, ...endings].join('\n\n')}\n`
}

/** The first changes that fit. */
async function toItems(changes: readonly BundleChange[], room: number, slicer: Slicer): Promise<string[]> {
  const items: string[] = []
  let length = 0
  for (const change of changes) {
    const item = toItem(change)
    length += item.length + 1
    if (length > room) break
    items.push(item)
    if (slicer.isLate()) await slicer.pause()
  }
  return items
}

function toItem(change: BundleChange): string {
  return `- ${render(describeChange(change))}`
}

type Lines = NonNullable<ReturnType<typeof textOf>>

// Making characters visible never makes a text shorter.
function lengthOf({ hunks }: Lines): number {
  return hunks.reduce((sum, { lines }) => lines.reduce((inner, line) => inner + line.length + 1, sum), 0)
}

async function toBlock(path: string, text: Lines, slicer: Slicer): Promise<string> {
  const lines = await textLines(text, slicer)
  const fence = '`'.repeat(Math.max(3, longestRun(lines) + 1))
  return `${toCode(path)}\n\n${fence}diff\n${lines.join('\n')}\n${fence}`
}

function render(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : toCode(part.value))).join('')
}

/**
 * A text as a code span, so that nothing in it becomes Markdown, HTML, a link or a mention. Its fence is longer than any run of
 * backticks in the text, and line breaks are escaped.
 */
export function toCode(text: string): string {
  const visible = present(text)
  if (visible.trim() === '') return visible === '' ? '(empty)' : `\`"${visible}"\``
  const fence = '`'.repeat(longestRun([visible]) + 1)
  const pad = /^[` ]|[` ]$/.test(visible) ? ' ' : ''
  return `${fence}${pad}${visible}${pad}${fence}`
}

function longestRun(texts: readonly string[]): number {
  let longest = 0
  for (const text of texts) for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}
