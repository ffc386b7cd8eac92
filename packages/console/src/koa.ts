import type { Context, Middleware, Request } from 'koa'
import type { ConsoleHandler } from './create-console.ts'
import { checkHandler } from './mount/check-handler.ts'
import { toAnswer } from './mount/to-answer.ts'
import { toRequest } from './mount/to-request.ts'

/**
 * Mounts a console in Koa 2.16+ and 3, before or after body parsers. It answers below the option `basePath`, or below the path
 * that koa-mount took off, and calls `next` otherwise.
 *
 * @throws ConsoleError `CONSOLE_OPTION_INVALID`
 * @example
 * app.use(mount(createConsole({ inbox, authorize, basePath: '/console' })))
 */
export function mount(handler: ConsoleHandler): Middleware {
  checkHandler(handler)
  return async (context: Context, next) => {
    const basePath = findBase(context, handler.basePath)
    if (!isBelow(context.originalUrl, basePath)) return next()
    const { body: parsedBody } = context.request as Request & { readonly body?: unknown }
    const { originalUrl: url, host, protocol } = context
    const request = await toRequest(context.req, { url, host: host === '' ? undefined : host, protocol, parsedBody })
    const response = await handler(request, { basePath, remoteAddress: context.ip, host: context })
    const { status, headers, body } = await toAnswer(response, context.req)
    context.status = status
    context.body = body
    // After the body: Koa derives type and length from it.
    context.set(headers)
  }
}

/** What middleware such as koa-mount took off the path; else the option. */
function findBase({ originalUrl, path }: Context, option: string): string {
  const original = toPathname(originalUrl)
  const taken = original.endsWith(path)
    ? original.slice(0, -path.length)
    : `${original}/`.endsWith(path)
      ? original
      : ''
  return taken === '' ? option : taken
}

function isBelow(url: string, basePath: string): boolean {
  const base = basePath.endsWith('/') ? basePath : `${basePath}/`
  return `${toPathname(url)}/`.startsWith(base)
}

function toPathname(url: string): string {
  const path = url.startsWith('/') || !URL.canParse(url) ? url : new URL(url).pathname
  return path.split('?', 1)[0]!
}
