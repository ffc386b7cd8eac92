import type { Context } from 'hono'
import { invalidValue, SandboxError } from '../error.ts'

/**
 * Reads a request body as a JSON object. The app limits its size.
 *
 * @throws SandboxError `BODY_INVALID` for anything else
 */
export async function readJsonObject(context: Context): Promise<Record<string, unknown>> {
  let value: unknown
  try {
    value = JSON.parse(await context.req.text())
  } catch {
    throw new SandboxError('BODY_INVALID', 'the request body is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new SandboxError('BODY_INVALID', 'the request body is not a JSON object')
  }
  return value as Record<string, unknown>
}

/**
 * Reads an integer from the query.
 *
 * @throws SandboxError `VALUE_INVALID` if it is no integer or out of range
 */
export function readWholeNumber(
  name: string,
  text: string | undefined,
  { least, most, standIn }: { least: number; most: number; standIn: number },
): number {
  if (text === undefined) return standIn
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
  if (value >= least && value <= most) return value
  throw invalidValue(`query.${name}`, `must be an integer from ${least} to ${most}`)
}
