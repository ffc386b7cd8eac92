import { endOfSpace } from './python-text.ts'

/** Front matter as a runtime finds it: where it is in the text, and what follows. */
export interface Block {
  readonly yaml: string
  /** Line of the text on which it begins, from 1. */
  readonly line: number
  /** Where the rest of the text begins. */
  readonly end: number
}

// The regular expressions of the runtimes, without their going back: on a megabyte of line feeds they take hours.

/** `^---\n(.*?)\n---\n\n?(.*)`: fleet-deepagents-export, `parsers.py`, for subagents. */
export function findStrictBlock(text: string): Block | undefined {
  if (!text.startsWith('---\n')) return undefined
  const close = text.indexOf('\n---\n', 4)
  if (close < 0) return undefined
  const end = close + 5
  return { yaml: text.slice(4, close), line: 2, end: text[end] === '\n' ? end + 1 : end }
}

/** `^---\s*\n(.*?)\n---\s*\n`: deepagents, `middleware/skills.py`, for skills. */
export function findSkillBlock(text: string): Block | undefined {
  return findLooseBlock(text, (after) => {
    const run = endOfSpace(text, after)
    const lineEnd = text.lastIndexOf('\n', run - 1)
    return lineEnd >= after ? lineEnd + 1 : undefined
  })
}

/** `^---\s*\n(.*?)\n---\s*\n?(.*)$`: deepagents-talon, `runtime.py`, for subagents. */
export function findOpenBlock(text: string): Block | undefined {
  return findLooseBlock(text, (after) => endOfSpace(text, after))
}

function findLooseBlock(text: string, closeAt: (after: number) => number | undefined): Block | undefined {
  if (!text.startsWith('---')) return undefined
  const run = endOfSpace(text, 3)
  const lastFeed = text.lastIndexOf('\n', run - 1)
  if (lastFeed < 3) return undefined
  for (let close = text.indexOf('\n---', lastFeed + 1); close >= 0; close = text.indexOf('\n---', close + 1)) {
    const end = closeAt(close + 4)
    if (end !== undefined) return toBlock(text, lastFeed + 1, close, end)
  }
  // Nothing but white space between the fences: the last line feed belongs to the second one.
  const feed = text.lastIndexOf('\n', lastFeed - 1)
  if (feed < 3 || lastFeed !== run - 1 || !text.startsWith('---', run)) return undefined
  const end = closeAt(run + 3)
  return end === undefined ? undefined : toBlock(text, feed + 1, lastFeed, end)
}

function toBlock(text: string, start: number, close: number, end: number): Block {
  return { yaml: text.slice(start, close), line: lineAt(text, start), end }
}

/** The line of a position, from 1. CR, LF and CRLF end lines. */
export function lineAt(text: string, position: number): number {
  let line = 1
  for (let index = 0; index < position; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 10 || (code === 13 && text.charCodeAt(index + 1) !== 10)) line += 1
  }
  return line
}
