/** The candidate closest to a mistyped word; `undefined` if none is close. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const typed = word.toLowerCase()
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: likenessOf(typed, candidate.toLowerCase()) }))
    .filter(
      ({ candidate, distance }) => distance <= Math.max(1, Math.floor(Math.max(typed.length, candidate.length) / 3)),
    )
    .toSorted((one, other) => one.distance - other.distance)
  return ranked[0]?.candidate
}

// The word may be the beginning of a longer name.
function likenessOf(typed: string, candidate: string): number {
  const whole = distanceOf(typed, candidate)
  if (candidate.length <= typed.length || typed.length < 4) return whole
  return Math.min(whole, distanceOf(typed, candidate.slice(0, typed.length + 1)) + 0.5)
}

/** `Did you mean "x"?`, or the known names if none is close. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const meant = suggest(word, candidates)
  return meant === undefined ? `Known: ${candidates.join(', ')}.` : `Did you mean "${meant}"?`
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
