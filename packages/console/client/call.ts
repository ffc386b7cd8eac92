import type { Problem } from '../src/api.ts'
import { toSearch, type Query } from './route.ts'
import { base } from './router.ts'

/** An answer that is no 2xx, or none at all. */
export class CallError extends Error {
  readonly problem: Problem
  /** 0: no answer. */
  readonly status: number

  constructor(status: number, problem: Problem) {
    super(problem.title)
    this.status = status
    this.problem = problem
  }
}

/** The address of a route of the server, as `event/http`; for links to downloads too. */
export const toApi = (path: string, query?: Query): string => `${base}api/${path}${toSearch(query ?? {})}`

/** Reads a route. Throws {@link CallError}, or an `AbortError` after `signal`. */
export async function get<T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> {
  return (await (await getResponse(path, query, signal)).json()) as T
}

/** The same for routes that answer no JSON. */
export async function getResponse(path: string, query?: Query, signal?: AbortSignal): Promise<Response> {
  return await call(toApi(path, query), { signal: signal ?? null })
}

/** Asks for a change. The header tells the server that one of its own pages asks. */
export async function post<T>(path: string, data: unknown, signal?: AbortSignal): Promise<T> {
  const headers = { 'content-type': 'application/json', 'x-sallyport-console': '1' }
  const response = await call(toApi(path), {
    method: 'POST',
    headers,
    body: JSON.stringify(data),
    signal: signal ?? null,
  })
  return (await response.json()) as T
}

async function call(url: string, options: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, options)
  } catch (error) {
    if (isAbort(error)) throw error
    throw new CallError(0, noAnswer)
  }
  if (!response.ok) throw new CallError(response.status, await readProblem(response))
  return response
}

const noAnswer: Problem = {
  code: 'NO_ANSWER',
  title: 'The server does not answer',
  detail: 'Check that the app runs and that you are online, then try again.',
}

async function readProblem(response: Response): Promise<Problem> {
  try {
    const problem = (await response.json()) as Partial<Problem>
    if (typeof problem.title === 'string') return { code: 'UNKNOWN', ...problem, title: problem.title }
  } catch {
    // A proxy answered, with a page of its own.
  }
  return { code: `HTTP_${response.status}`, title: `The server answered ${response.status}`, detail: 'Try again.' }
}

export const isAbort = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError'

/** What went wrong, for the page. Errors of our own become a problem too. */
export function toProblem(error: unknown): Problem {
  if (error instanceof CallError) return error.problem
  return { code: 'PAGE_ERROR', title: 'The page failed', detail: `Reload it. ${String(error)}` }
}
