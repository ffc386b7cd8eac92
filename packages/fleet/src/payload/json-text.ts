/** What a text of a JSON editor says, or that it is damaged. */
export type JsonText = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

/**
 * A JSON editor may hand over its text instead of the value. Text that begins as an object or a list is read as one, and
 * must be one; any other string is a JSON value itself. As in every decoded body, members that could reach a prototype
 * are dropped.
 */
export function readJsonText(text: string): JsonText {
  if (!/^\s*[[{]/.test(text)) return { ok: true, value: text }
  try {
    return { ok: true, value: JSON.parse(text, dropPrototypeMembers) }
  } catch {
    return { ok: false }
  }
}

function dropPrototypeMembers(name: string, value: unknown): unknown {
  if (name === '__proto__') return undefined
  const holdsPrototype = typeof value === 'object' && value !== null && Object.hasOwn(value, 'prototype')
  return name === 'constructor' && holdsPrototype ? undefined : value
}
