import type { Context } from 'hono'
import { invalidValue } from '../error.ts'

/** The text values of a form, without files and repeated names. */
export type FormValues = Readonly<Record<string, string>>

/** Reads a form. */
export async function readForm(context: Context): Promise<FormValues> {
  const values = await context.req.parseBody()
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}

/**
 * Reads a typed JSON object.
 *
 * @throws SandboxError `VALUE_INVALID`
 */
export function readTypedObject(name: string, text = ''): Record<string, unknown> | undefined {
  if (text.trim() === '') return undefined
  const value = readTypedJson(name, text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  throw invalidValue(name, 'must be a JSON object')
}

/** Reads typed JSON. @throws SandboxError `VALUE_INVALID` */
export function readTypedJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw invalidValue(name, 'must be JSON')
  }
}

/** Reads typed headers, one per line. @throws SandboxError `VALUE_INVALID` */
export function readTypedHeaders(text = ''): Record<string, string> | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const entries = lines.filter(Boolean).map((line) => {
    const colon = line.indexOf(':')
    if (colon < 1) throw invalidValue('headers', 'must be written as Name: value, one per line')
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const
  })
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** Reads the fault chosen in a form. */
export function readFault({ fault = '' }: FormValues): string[] {
  return fault === '' ? [] : [fault]
}
