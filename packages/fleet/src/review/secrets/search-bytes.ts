import { searchPiece, type HiddenSecret } from './search-piece.ts'

/** A secret in a file. */
export interface LocatedSecret extends Omit<HiddenSecret, 'start' | 'end'> {
  /** From 1. */
  readonly line: number
}

const step = 12 * 1024
// What begins in one piece may end in the next; all that a rule looks at fits, also if it is encoded twice.
const overlap = 6 * 1024
// Rules look at the characters before a secret.
const context = 16

/**
 * Finds secrets in the bytes of a file, in order of lines, piece by piece: in time that is linear in their number. Yields
 * `undefined` after each bounded part of the work.
 */
export function* searchBytes(bytes: Uint8Array): Generator<LocatedSecret | undefined, void> {
  const lineAt = createLineCounter(bytes, () => true)
  // The byte 10 is also half of many other characters.
  const lineAtWide = createLineCounter(bytes, (index) => bytes[index ^ 1] === 0)
  for (let start = 0; start < bytes.length; start += step) {
    const from = Math.max(0, start - context)
    const secrets = yield* searchPiece(toLatin1(bytes.subarray(from, start + step + overlap)))
    for (const secret of secrets.toSorted((left, right) => left.start - right.start)) {
      const { start: at, end: _end, ...rest } = secret
      const place = from + at
      if (place < start || place >= start + step) continue
      yield { ...rest, line: secret.form.startsWith('UTF-16') ? lineAtWide(place) : lineAt(place) }
    }
    lineAt(start + step)
    lineAtWide(start + step)
  }
}

/** Counts lines up to places that only grow. */
function createLineCounter(bytes: Uint8Array, isLineFeed: (index: number) => boolean): (place: number) => number {
  let line = 1
  let position = 0
  return (place) => {
    for (let next = bytes.indexOf(10, position); next >= 0 && next < place; next = bytes.indexOf(10, position)) {
      if (isLineFeed(next)) line++
      position = next + 1
    }
    return line
  }
}

function toLatin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}
