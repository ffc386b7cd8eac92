import { decodeBody } from 'sallyport/provider'
import { ErrorDetail } from '../error-detail.ts'
import { defined } from '../objects.ts'
import type { Problem } from '../platform-error.ts'
import { redact, redactValue } from './redact.ts'

const mostErrors = 100

/** Reads a problem document (RFC 9457), or the `{error}` or `{message}` of older services. */
export function readProblem(content: Uint8Array, secrets: readonly string[]): Problem | undefined {
  const decoded = decodeBody(content)
  if (!decoded.ok) return undefined
  const { body } = decoded
  const listed: readonly unknown[] = Array.isArray(body['errors']) ? body['errors'].slice(0, mostErrors) : []
  const errors = listed.flatMap((one) => readError(one, secrets))
  // A text must not repeat a value either.
  const hidden = [...secrets, ...errors.flatMap(({ value }) => textsIn(value))]
  const read = (...names: readonly string[]): string | undefined =>
    names.map((name) => readText(body[name], hidden)).find((text) => text !== undefined)
  const problem = defined({
    type: read('type'),
    title: read('title'),
    detail: read('detail', 'message', 'error'),
    errors: errors.length > 0 ? errors : undefined,
  })
  return Object.keys(problem).length === 0 ? undefined : problem
}

function readError(one: unknown, secrets: readonly string[]): ErrorDetail[] {
  if (typeof one !== 'object' || one === null) return []
  const { location, message, value } = one as Readonly<Record<string, unknown>>
  const shown = redactValue(value, secrets)
  const hidden = [...secrets, ...textsIn(shown)]
  const texts = { location: readText(location, secrets), message: readText(message, hidden) }
  return texts.location === undefined && texts.message === undefined
    ? []
    : [new ErrorDetail({ ...texts, value: shown })]
}

function readText(value: unknown, hidden: readonly string[]): string | undefined {
  return typeof value === 'string' && value !== '' ? redact(value, hidden) : undefined
}

// Shorter ones are words that a message may use by chance, such as `text`.
const shortest = 6

/** The texts in a value that a message could quote. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length < shortest ? [] : [value]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsIn)
}
