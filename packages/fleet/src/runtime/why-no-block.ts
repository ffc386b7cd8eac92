import { lineAt } from './front-matter-block.ts'

/** Why a runtime finds no front matter in a text, with the line and the fix. */
export function whyNoBlock(text: string): [line: number, reason: string] {
  if (text.startsWith('\ufeff')) return [1, 'it begins with a byte order mark; save it without one']
  if (!text.startsWith('---')) return [1, 'it has no front matter; begin it with a line ---']
  const first = /^---[^\S\n]+(?:\n|$)/.exec(text)
  if (first && !first[0].includes('\r')) return [1, 'spaces follow the first ---; remove them']
  if (/\r(?!\n)/.test(text.slice(0, 4))) return [1, 'its lines end in CR alone; save it with LF']
  if (/^---\r?\n---/.test(text)) return [2, 'its front matter is empty; remove both ---']
  if (/\n---[^\S\n]*$/.test(text.slice(-100)))
    return [lineAt(text, text.trimEnd().length), 'nothing follows the second ---; end that line']
  const second = /\n---[^\S\n]+\n/.exec(text)
  if (second) return [lineAt(text, second.index + 1), 'spaces follow the second ---; remove them']
  return [1, 'its front matter does not end; add a line ---']
}
