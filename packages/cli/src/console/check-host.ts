import { toShortPage } from './short-page.ts'
import type { WebHandler } from './one-time-link.ts'

/**
 * Answers only requests for this computer by its own names: a page of another site can make its host name lead here (DNS
 * rebinding), and would then read what this server answers.
 */
export function checkHost<Context>(port: number, handler: WebHandler<Context>): WebHandler<Context> {
  const names = ['127.0.0.1', 'localhost', '[::1]']
  const hosts = new Set(names.flatMap((name) => [`${name}:${port}`, ...(port === 80 ? [name] : [])]))
  return async (request, context) => {
    const host = request.headers.get('host')?.toLowerCase() ?? ''
    return hosts.has(host)
      ? handler(request, context)
      : toShortPage(421, 'Not a host of this server', `Open it at http://127.0.0.1:${port}.`)
  }
}
