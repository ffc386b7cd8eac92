/**
 * Parses JSON as `JSON.parse` does, but names every member as the text does. `JSON.parse` of V8 may give an escaped name a wrong
 * text: it compares the written characters with the name that an earlier object had in this place, and takes that one when
 * they begin the same. After `{"typ\\":1}`, `{"typ\u0065":1}` has a member `typ\`. So one sender could change how another's
 * body is read.
 *
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text)
  return hasEscapedName(text) ? readNames(text) : value
}

/** Whether a member of valid JSON has an escape in its name. Takes time in proportion to the text. */
export function hasEscapedName(text: string): boolean {
  for (let slash = text.indexOf('\\'); slash >= 0;) {
    const quote = endOfString(text, slash)
    if (isName(text, quote)) return true
    slash = text.indexOf('\\', quote)
  }
  return false
}

type Members = Record<string, unknown>

/**
 * Reads valid JSON name by name. Of two members with one name the last one counts, as in `JSON.parse`.
 *
 * @param toNumber makes the value of a number from its digits
 */
export function readNames(text: string, toNumber: (digits: string) => unknown = Number): unknown {
  const open: { readonly value: Members | unknown[]; name: string }[] = []
  let root: unknown

  function place(value: unknown): void {
    const container = open.at(-1)
    if (container === undefined) root = value
    else if (Array.isArray(container.value)) container.value.push(value)
    else define(container.value, container.name, value)
  }

  function begin(value: Members | unknown[]): void {
    place(value)
    open.push({ value, name: '' })
  }

  for (let at = skip(text, 0, between); at < text.length; at = skip(text, at, between)) {
    const first = text[at]
    if (first === '"') {
      const quote = endOfString(text, at + 1)
      const value = readString(text, at, quote)
      if (isName(text, quote)) open.at(-1)!.name = value
      else place(value)
      at = quote + 1
    } else if (first === '{' || first === '[') {
      begin(first === '{' ? {} : [])
      at++
    } else if (first === '}' || first === ']') {
      open.pop()
      at++
    } else {
      const end = skip(text, at, word)
      place(readWord(text.slice(at, end), toNumber))
      at = end
    }
  }
  return root
}

const space = /[ \t\n\r]*/y
const between = /[ \t\n\r,:]*/y
const word = /[-+.\w]*/y

function skip(text: string, from: number, characters: RegExp): number {
  characters.lastIndex = from
  characters.test(text)
  return characters.lastIndex
}

/** The quote that ends the string around `from`. */
export function endOfString(text: string, from: number): number {
  let quote = text.indexOf('"', from)
  while (isEscaped(text, quote)) quote = text.indexOf('"', quote + 1)
  return quote
}

function isEscaped(text: string, quote: number): boolean {
  let first = quote
  while (text[first - 1] === '\\') first--
  return (quote - first) % 2 === 1
}

function isName(text: string, quote: number): boolean {
  return text[skip(text, quote + 1, space)] === ':'
}

// A string alone has no names to mistake.
function readString(text: string, start: number, quote: number): string {
  const inside = text.slice(start + 1, quote)
  return inside.includes('\\') ? (JSON.parse(text.slice(start, quote + 1)) as string) : inside
}

function readWord(text: string, toNumber: (digits: string) => unknown): unknown {
  if (text === 'null') return null
  return text === 'true' || text === 'false' ? text === 'true' : toNumber(text)
}

// An assignment to `__proto__` would change the prototype instead.
function define(members: Members, name: string, value: unknown): void {
  if (name !== '__proto__') members[name] = value
  else Object.defineProperty(members, name, { value, writable: true, enumerable: true, configurable: true })
}
