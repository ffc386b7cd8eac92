import { isUtf8 } from 'node:buffer'
import { refuse, type Refusal } from './verdict.ts'

/** A parsed JSON object; its members are data from outside. */
export type JsonObject = { readonly [name: string]: unknown }

/**
 * Decodes a verified body: valid UTF-8 (a leading byte order mark is tolerated), JSON, an object at the top. Members that
 * could reach a prototype when the value is copied (`__proto__`, a `constructor` that holds `prototype`) are dropped.
 */
export function decodeBody(body: Uint8Array): { readonly ok: true; readonly body: JsonObject } | Refusal {
  if (!isUtf8(body)) return refuse('BODY_NOT_UTF8')
  const text = toText(body)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('BODY_NOT_JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse('BODY_NOT_OBJECT')
  if (mayReachPrototype(text)) dropPrototypeMembers(value)
  return { ok: true, body: value as JsonObject }
}

function toText(body: Uint8Array): string {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  const text = bytes.toString()
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

// Either name can be spelled with escapes; two native scans keep the walk away from nearly every body.
function mayReachPrototype(text: string): boolean {
  const isNamed = text.includes('proto') && (text.includes('__proto__') || text.includes('"prototype"'))
  return isNamed || text.includes('\\u00')
}

function dropPrototypeMembers(root: object): void {
  const pending: object[] = [root]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (Object.hasOwn(next, '__proto__')) delete (next as Record<string, unknown>)['__proto__']
    const constructor: unknown = Object.hasOwn(next, 'constructor') ? next.constructor : undefined
    if (typeof constructor === 'object' && constructor !== null && Object.hasOwn(constructor, 'prototype')) {
      delete (next as Record<string, unknown>)['constructor']
    }
    for (const child of Object.values(next) as unknown[])
      if (typeof child === 'object' && child !== null) pending.push(child)
  }
}
