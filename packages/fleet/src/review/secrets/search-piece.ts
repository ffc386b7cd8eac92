import { decodeValues } from './encoded-values.ts'
import { findSecrets } from './find-secrets.ts'
import type { Rewritten } from './rewritten.ts'
import type { FoundSecret } from './secret-rules.ts'
import { unescape } from './unescape.ts'
import { findWideText } from './wide-text.ts'

/** A secret in a piece of a file, however it is written there. */
export interface HiddenSecret extends FoundSecret {
  /** How it is written, such as `base64 of escapes`; empty if it is plain. */
  readonly form: string
}

/** A piece, or a decoded part of it. */
interface View extends Rewritten {
  /** How the part between two offsets is written in the piece, outermost first. */
  formsOf(start: number, end: number): readonly string[]
  /** Number of times that something was decoded to get it. */
  readonly layers: number
}

const mostLayers = 2

/**
 * Finds secrets in a piece of a file: as they are, in UTF-16, and in escapes, base64 or hexadecimal of these, up to two layers
 * deep. What is decoded must have the shape of a certain kind of secret. Pauses after each bounded part of the work.
 *
 * @param bytes one character each
 */
export function* searchPiece(bytes: string): Generator<undefined, HiddenSecret[]> {
  const found: HiddenSecret[] = []
  const claimed = new Uint8Array(bytes.length)

  function* search(view: View): Generator<undefined, void> {
    for (const secret of findSecrets(view.text)) {
      const [start, end] = [view.origin(secret.start), view.origin(secret.end - 1) + 1]
      if ((view.layers > 0 && secret.generic) || claimed.subarray(start, end).includes(1)) continue
      claimed.fill(1, start, end)
      found.push({ ...secret, start, end, form: view.formsOf(secret.start, secret.end).join(' of ') })
    }
    yield
    for (const wide of findWideText(view.text)) yield* search(inside(view, wide, () => 'UTF-16', 0))
    if (view.layers === mostLayers) return
    const unescaped = unescape(view.text)
    if (unescaped) yield* search(inside(view, unescaped, unescaped.escapingOf))
    for (const decoded of decodeValues(view.text)) yield* search(inside(view, decoded, () => decoded.form))
  }

  yield* search({ text: bytes, origin: (index) => index, formsOf: () => [], layers: 0 })
  return found
}

function inside(
  outer: View,
  inner: Rewritten,
  formOf: (start: number, end: number) => string | undefined,
  layers = 1,
): View {
  return {
    text: inner.text,
    origin: (index) => outer.origin(inner.origin(index)),
    formsOf(from, to) {
      const [start, end] = [inner.origin(from), inner.origin(to - 1) + 1]
      return [...outer.formsOf(start, end), formOf(start, end)].filter((form) => form !== undefined)
    },
    layers: outer.layers + layers,
  }
}
