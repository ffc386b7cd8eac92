import { isUtf8 } from 'node:buffer'

const hidden = '"•••"'

/**
 * Hides every value of a JSON body: text, numbers and booleans become `"•••"`; names, `null` and the structure stay. What is not
 * JSON is hidden whole.
 *
 * @example
 * maskBody(Buffer.from('{"amount": 5}')) // {"amount": "•••"}
 */
export function maskBody(body: Uint8Array): Uint8Array {
  const text = isUtf8(body) ? Buffer.from(body).toString() : undefined
  return Buffer.from(text !== undefined && isJson(text) ? maskJson(text) : `[${body.byteLength} bytes]`)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const backslash = 0x5c
const quote = 0x22
const colon = 0x3a

// Over the text, which JSON.parse found to be valid: parsing and writing it again would change numbers, and deep nesting fails.
// By character codes and slices: bodies have megabytes, and the process receives meanwhile.
function maskJson(text: string): string {
  const pieces: string[] = []
  let copied = 0
  let at = 0
  while (at < text.length) {
    const begin = at
    const code = text.charCodeAt(at)
    if (code === quote) {
      at = endOfText(text, begin)
      if (text.charCodeAt(endOfSpace(text, at)) === colon) continue
    } else if (isInWord(code)) {
      at = endOfWord(text, begin)
      if (text[begin] === 'n') continue
    } else {
      at++
      continue
    }
    pieces.push(text.slice(copied, begin), hidden)
    copied = at
  }
  pieces.push(text.slice(copied))
  return pieces.join('')
}

function endOfText(text: string, begin: number): number {
  let end = begin
  for (;;) {
    end = text.indexOf('"', end + 1)
    let before = end
    while (text.charCodeAt(before - 1) === backslash) before--
    if ((end - before) % 2 === 0) return end + 1
  }
}

function endOfSpace(text: string, begin: number): number {
  let end = begin
  while (text.charCodeAt(end) <= 0x20) end++
  return end
}

function endOfWord(text: string, begin: number): number {
  let end = begin
  while (isInWord(text.charCodeAt(end))) end++
  return end
}

/** Whether a character is part of a number, `true`, `false` or `null`: digits, letters, `+`, `-` and `.`. */
function isInWord(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x61 && code <= 0x7a) ||
    code === 0x45 ||
    (code >= 0x2b && code <= 0x2e && code !== 0x2c)
  )
}
