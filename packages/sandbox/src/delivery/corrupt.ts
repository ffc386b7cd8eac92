import type { Random } from '../random.ts'

/**
 * Alters one byte of a body.
 *
 * @param part from which byte up to, and without, which other it may be
 */
export function corrupt(
  body: Uint8Array,
  random: Random,
  [from, to]: readonly [from: number, to: number] = [0, body.byteLength],
): Uint8Array {
  const altered = Uint8Array.from(body)
  const index = from + Math.floor(random() * (to - from))
  // A bit that keeps ASCII what it is, so that the body is still text.
  if (index < altered.length) altered[index] = altered[index]! ^ 1
  return altered
}
