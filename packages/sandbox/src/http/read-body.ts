import type { Context } from 'hono'
import { SandboxError } from '../error.ts'

/**
 * Reads the JSON object of a request; the size is bounded for all routes.
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
