import type { JsonObject } from './decode.ts'
import { refuse, type Refusal } from './verdict.ts'

/** Most fields of one form; each costs far more memory than it is long. */
const maxFields = 1_000

/**
 * Decodes a form (`application/x-www-form-urlencoded`, https://url.spec.whatwg.org/#urlencoded-parsing) strictly: whole percent
 * escapes of valid UTF-8, at most 1,000 fields. A name that comes once has a text; a repeated one a list of texts, in order.
 * Drops a field named `__proto__`, as `decodeJson` does.
 *
 * @param text of valid UTF-8
 */
export function decodeForm(text: string): { readonly ok: true; readonly body: JsonObject } | Refusal {
  const fields = new Map<string, string | string[]>()
  let count = 0
  for (let at = 0; at < text.length;) {
    const next = text.indexOf('&', at)
    const end = next < 0 ? text.length : next
    if (end > at) {
      const field = readField(text.slice(at, end))
      if (field === undefined || ++count > maxFields) return refuse('BODY_NOT_FORM')
      addField(fields, field)
    }
    at = end + 1
  }
  fields.delete('__proto__')
  return { ok: true, body: Object.fromEntries(fields) }
}

function readField(field: string): readonly [name: string, value: string] | undefined {
  const plain = field.replaceAll('+', ' ')
  const equals = plain.indexOf('=')
  const [name, value] = equals < 0 ? [plain, ''] : [plain.slice(0, equals), plain.slice(equals + 1)]
  try {
    return [decodeURIComponent(name), decodeURIComponent(value)]
  } catch {
    return undefined
  }
}

function addField(fields: Map<string, string | string[]>, [name, value]: readonly [name: string, value: string]): void {
  const before = fields.get(name)
  if (before === undefined) fields.set(name, value)
  else if (typeof before === 'string') fields.set(name, [before, value])
  else before.push(value)
}

// A byte order mark and the white space of JSON.
const space = [0xef, 0xbb, 0xbf, 0x20, 0x09, 0x0a, 0x0d]
const brace = 0x7b

/** Whether a body of a sender that writes JSON and forms is JSON: its first character is `{`. No encoder begins a form so. */
export function isJsonObject(body: Uint8Array): boolean {
  return body.find((byte) => !space.includes(byte)) === brace
}
