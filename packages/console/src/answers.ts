import { SallyportError } from 'sallyport'
import { printError } from 'sallyport/provider'
import type { Problem } from './api.ts'
import { ConsoleError } from './console-error.ts'
import { escapeHtml } from './shell.ts'

/** An answer of JSON. */
export function toJson(value: object, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json; charset=utf-8' } })
}

/** The answer for an error: JSON for scripts, a short page for a browser that opens a page. */
export function toProblemAnswer(error: unknown, isPage: boolean): Response {
  const known = ConsoleError.is(error) ? error : new ConsoleError('CONSOLE_FAILED', undefined, { cause: error })
  const problem: Problem = {
    code: known.code,
    title: known.detail === undefined ? known.title : `${known.title}: ${known.detail}`,
    detail: known.fix,
    ...(known.count === undefined ? {} : { count: known.count }),
  }
  return isPage ? toPage(problem, known.status) : toJson(problem, known.status)
}

function toPage({ title, detail = '' }: Problem, status: number): Response {
  const text = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title><h1>${escapeHtml(title)}</h1><p>${escapeHtml(detail)}</p></html>`
  return new Response(text, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })
}

const quietMs = 60_000
const mostRemembered = 100

/** Prints failures of the store and of the console itself; each at most once a minute, for pages ask again and again. */
export function createFailureLog(): (error: unknown) => void {
  const printed = new Map<string, number>()
  return (error) => {
    const isOwn = ConsoleError.is(error)
    if (isOwn && error.status < 500) return
    const cause = isOwn ? (error.cause ?? error) : error
    const name = SallyportError.is(cause) ? cause.code : cause instanceof Error ? cause.name : typeof cause
    const now = performance.now()
    if (now - (printed.get(name) ?? -Infinity) < quietMs) return
    if (printed.size >= mostRemembered) printed.clear()
    printed.set(name, now)
    printError('sallyport: the console could not answer:', cause)
  }
}
