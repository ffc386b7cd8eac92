import type { Context } from 'hono'
import type * as z from 'zod'
import { invalidValue, SandboxError, type ValueProblem } from '../error.ts'

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
 * Reads a request body that a schema describes.
 *
 * @throws SandboxError `BODY_INVALID` unless it is a JSON object, `VALUE_INVALID` with every value that does not fit
 */
export async function readBody<Schema extends z.ZodObject>(
  context: Context,
  schema: Schema,
): Promise<z.output<Schema>> {
  const { success, data, error } = schema.safeParse(await readJsonObject(context))
  if (success) return data
  const problems = error.issues.flatMap(toProblems)
  const message = problems.map(({ location, message: reason }) => `${location} ${reason}`).join('; ')
  throw new SandboxError('VALUE_INVALID', message, { problems })
}

function toProblems(issue: z.core.$ZodIssue): ValueProblem[] {
  if (issue.code !== 'unrecognized_keys')
    return [{ location: ['body', ...issue.path].join('.'), message: issue.message }]
  return issue.keys.map((name) => ({ location: `body.${name}`, message: 'is not a documented member' }))
}

/** Reads the key of Invoratec's and LangSmith's APIs: `X-API-Key`, or `Authorization: Bearer`. */
export function readApiKey(context: Context): string | undefined {
  const [, token] = /^bearer +(\S+)$/i.exec(context.req.header('authorization') ?? '') ?? []
  return context.req.header('x-api-key') ?? token
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
