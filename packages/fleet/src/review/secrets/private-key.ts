import type { FoundSecret } from './secret-rules.ts'

const opening = /-----BEGIN [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/g
const closing = /-----END [A-Z0-9 ]{0,32}PRIVATE KEY(?: BLOCK)?-----/g
// Far beyond RSA with 16,384 bits.
const longest = 16 * 1024
// Headers of an encrypted or OpenPGP key may precede it.
const keyBegins = 512

/** Finds PEM private keys, also on one line with `\n` written out as in JSON. Ignores empty and elided blocks. */
export function findPrivateKeys(text: string): FoundSecret[] {
  const found: FoundSecret[] = []
  const closings = closingsOf(text)
  for (const match of text.matchAll(opening)) {
    const start = match.index + match[0].length
    if (start < (found.at(-1)?.end ?? 0)) continue
    const block = text.slice(start, start + longest)
    const material = block.slice(0, keyBegins).search(/[A-Za-z0-9+/]{40}/)
    if (material < 0) continue
    const closed = closings(start) - start
    const end = closed < longest ? closed : material + lengthOfMaterial(block.slice(material))
    found.push({ kind: 'private key', start, end: start + end, generic: false })
  }
  return found
}

/** Where the next block ends from a place on; places must not fall. Each is searched once, however many blocks begin. */
function closingsOf(text: string): (start: number) => number {
  let next = -1
  return (start) => {
    if (next < start) {
      closing.lastIndex = start
      next = closing.exec(text)?.index ?? Infinity
    }
    return next
  }
}

// Cut off, or without an end: everything that still looks like base64.
function lengthOfMaterial(block: string): number {
  return /^(?:[A-Za-z0-9+/=\s]|\\[nr])*/.exec(block)![0].length
}
