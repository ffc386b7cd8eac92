/** One way of writing a value as JSON. */
export interface JsonForm {
  /** What was done to what the sender wrote. */
  readonly detail: string
  readonly text: string
}

const layouts: readonly (readonly [name: string, write: (value: unknown) => string])[] = [
  ['without spaces', (value) => JSON.stringify(value)],
  ['with spaces after commas and colons', spaced],
  ['indented by 2', (value) => JSON.stringify(value, undefined, 2)],
  ['indented by 4', (value) => JSON.stringify(value, undefined, 4)],
  ['indented by tabs', (value) => JSON.stringify(value, undefined, '\t')],
]

const escapes: readonly (readonly [name: string, change: (text: string) => string])[] = [
  ['', (text) => text],
  [' and non-ASCII characters escaped', escapeNonAscii],
  [' and slashes escaped', (text) => text.replaceAll('/', '\\/')],
  [' and slashes and non-ASCII characters escaped', (text) => escapeNonAscii(text).replaceAll('/', '\\/')],
  [' and <, > and & escaped', escapeMarkup],
]

/** How common writers of JSON would have written a value; the text that was received is left out. */
export function* jsonForms(value: unknown, received: string): Generator<JsonForm> {
  const seen = new Set([received])
  for (const end of ['', '\n']) {
    for (const [layout, write] of layouts) {
      const written = tryWrite(write, value)
      if (written === undefined) continue
      for (const [escape, change] of escapes) {
        const text = change(written) + end
        if (seen.has(text)) continue
        seen.add(text)
        const tail = end === '' ? '' : ', with a line end'
        yield { detail: `the sender wrote it ${layout}${escape}${tail}`, text }
      }
    }
  }
}

// What is nested too deep for a writer that calls itself was written by none.
function tryWrite(write: (value: unknown) => string, value: unknown): string | undefined {
  try {
    return write(value)
  } catch {
    return undefined
  }
}

// As Python's json.dumps, and others that write for people on one line.
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
  return `{${members.join(', ')}}`
}

function escapeNonAscii(text: string): string {
  return text.replaceAll(/[\u007f-\uffff]/g, toEscape)
}

// As Go's encoding/json does.
function escapeMarkup(text: string): string {
  return text.replaceAll(/[<>&\u2028\u2029]/g, toEscape)
}

function toEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}
