/** A text made from parts of another. */
export interface Rewritten {
  readonly text: string
  /** The offset in the other text from which the character at `index` was made. */
  origin(index: number): number
}

/**
 * Replaces every match of a pattern, and keeps where each character was.
 *
 * @param replace returns the text for a match
 * @returns `undefined` if there is no match
 */
export function rewrite(
  text: string,
  pattern: RegExp,
  replace: (match: RegExpExecArray) => string,
): Rewritten | undefined {
  const parts: string[] = []
  // After each match: the offset in the new text, and in the old one.
  const made: number[] = []
  const was: number[] = []
  let length = 0
  let position = 0
  for (const match of text.matchAll(pattern)) {
    const behind = match.index + match[0].length
    const replacement = replace(match)
    parts.push(text.slice(position, match.index), replacement)
    length += match.index - position + replacement.length
    made.push(length)
    was.push(behind)
    position = behind
  }
  if (made.length === 0) return undefined
  parts.push(text.slice(position))
  return {
    text: parts.join(''),
    origin(index) {
      const last = lastUpTo(made, index)
      return last < 0 ? index : was[last]! + index - made[last]!
    },
  }
}

/** The last place in a sorted list whose number is not above `most`, or -1. */
function lastUpTo(sorted: readonly number[], most: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! <= most) low = middle + 1
    else high = middle
  }
  return low - 1
}
