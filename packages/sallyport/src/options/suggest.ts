/** The candidate closest to a mistyped word; `undefined` if none is close. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  // Nobody mistypes a name of this length, and the comparison takes its square.
  if (typed.length > longestWord) return undefined
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: likenessOf(typed, candidate.toLowerCase()) }))
    .filter(({ distance }) => distance < Infinity)
    .toSorted((one, other) => one.distance - other.distance)
  return ranked[0]?.candidate
}

const longestWord = 100
const shortestPart = 4

/** How many edits are between two words; Infinity beyond a third of their length. */
function likenessOf(typed: string, candidate: string): number {
  const whole = within(distanceOf(typed, candidate), Math.max(typed.length, candidate.length))
  if (whole > 1 && isPart(typed, candidate)) return 1
  // The word may be the beginning of a longer name.
  if (candidate.length <= typed.length || typed.length < shortestPart) return whole
  const beginning = distanceOf(typed, candidate.slice(0, typed.length + 1)) + 0.5
  return Math.min(whole, within(beginning, typed.length + 1))
}

function within(distance: number, length: number): number {
  return distance <= Math.max(1, Math.floor(length / 3)) ? distance : Infinity
}

// `rawBody` and `bodyText` for `body`, `guard` for `replayGuard`.
function isPart(typed: string, candidate: string): boolean {
  if (candidate.length >= shortestPart && (typed.endsWith(candidate) || typed.startsWith(candidate))) return true
  return typed.length >= shortestPart && candidate.endsWith(typed)
}

const mostNames = 12

/** `Did you mean "x"?`, or the known names if none is close. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = suggest(word, candidates)
  if (meant !== undefined) return `Did you mean "${meant}"?`
  const rest = candidates.length - mostNames
  return `Known: ${candidates.slice(0, mostNames).join(', ') || 'none'}${rest > 0 ? ` and ${rest} more` : ''}.`
}

/**
 * Edits between two words; swapping neighbours is one edit (optimal string alignment). Commander has the same function and
 * does not export it; `leven` counts a swap as two, so `psuh` would not suggest `push`.
 */
function distanceOf(one: string, other: string): number {
  let before: number[] = []
  let above = Array.from({ length: other.length + 1 }, (_, index) => index)
  for (let row = 1; row <= one.length; row++) {
    const current = [row]
    for (let column = 1; column <= other.length; column++) {
      const isSame = one[row - 1] === other[column - 1]
      let least = Math.min(above[column]! + 1, current[column - 1]! + 1, above[column - 1]! + (isSame ? 0 : 1))
      const isSwap = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      if (isSwap) least = Math.min(least, before[column - 2]! + 1)
      current.push(least)
    }
    before = above
    above = current
  }
  return above[other.length]!
}
