import type { JsonObject } from '../../verify/decode.ts'

/** Whether a body is to be written as a form. */
export function isForm(body: unknown): body is URLSearchParams {
  return body instanceof URLSearchParams
}

/** The fields of a form as a receiver reads them: a repeated name has a list. */
export function toFields(form: URLSearchParams): JsonObject {
  const names = new Set(form.keys())
  return Object.fromEntries(
    [...names].map((name) => {
      const values = form.getAll(name)
      return [name, values.length === 1 ? values[0] : values]
    }),
  )
}

/** A form with these fields; a list gives one field per item, and `undefined` none. */
export function toForm(fields: JsonObject): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields))
    for (const each of [value].flat()) if (each !== undefined) form.append(name, toText(each))
  return form
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
