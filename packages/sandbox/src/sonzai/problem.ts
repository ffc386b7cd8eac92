import { SandboxError } from '../error.ts'

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Content Too Large',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
}

/** Converts an error to Sonzai's answer: a problem document (RFC 9457). */
export function toProblem(error: unknown): Response {
  const { status, message, problems } = SandboxError.is(error)
    ? error
    : { status: 500, message: 'the sandbox failed', problems: [] }
  const errors = problems.length > 0 ? problems : undefined
  const document = { title: titles[status], status, detail: message, errors }
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (status === 401) headers.set('www-authenticate', 'Bearer')
  return new Response(JSON.stringify(document), { status, headers })
}
