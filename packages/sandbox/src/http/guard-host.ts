import type { MiddlewareHandler } from 'hono'

/**
 * Answers requests for this computer's own names only. A page of another site can make its name lead here (DNS rebinding);
 * then the browser sends that name.
 *
 * @param allowed further host names, without port
 */
export function guardHost(allowed: readonly string[]): MiddlewareHandler {
  const names = new Set(['localhost', '127.0.0.1', '[::1]', ...allowed.map((name) => name.toLowerCase())])
  return async (context, next) => {
    const host = context.req.header('host') ?? ''
    if (names.has(host.replace(/:\d{1,5}$/, '').toLowerCase())) return next()
    return context.text(
      'The sandbox answers to localhost only; name further hosts in allowedHosts, or with --allow-host.\n',
      403,
    )
  }
}
