import type { Context } from 'hono'
import { SandboxError, type ValueProblem } from '../error.ts'

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Content Too Large',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
}

/**
 * Converts an error to Sonzai's answer: a problem document (RFC 9457) whose `errors` name each invalid value, its place and the
 * value itself. The value comes from the request: errors hold none, so that none is printed with them.
 */
export async function toProblem(error: unknown, { req }: Context): Promise<Response> {
  const { status, message, problems } = SandboxError.is(error)
    ? error
    : { status: 500, message: 'the sandbox failed', problems: [] }
  const errors: object[] = []
  for (const problem of problems) errors.push({ ...problem, value: await readValue(problem, req) })
  const document = { title: titles[status], status, detail: message, errors: errors.length > 0 ? errors : undefined }
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  return new Response(JSON.stringify(document), { status, headers })
}

async function readValue({ location }: ValueProblem, request: Context['req']): Promise<unknown> {
  const [, part, name = ''] = /^(body|query|path)\.(.+)$/s.exec(location) ?? []
  if (part === 'query') return request.query(name)
  if (part === 'path') return request.param(name)
  const body = await request.json<Record<string, unknown>>()
  return body[name]
}
