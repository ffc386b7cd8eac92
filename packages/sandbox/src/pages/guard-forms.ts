import type { MiddlewareHandler } from 'hono'

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types sandbox',
].join('; ')

/**
 * Only accepts forms from the sandbox's own pages: browsers send the page's origin in `Origin`, which must match the host. The
 * pages run one script, `/live.js`, and no other page may frame them.
 */
export const guardForms: MiddlewareHandler = async (context, next) => {
  const { origin, host } = { origin: context.req.header('origin'), host: context.req.header('host') }
  const { method } = context.req
  if (method !== 'GET' && method !== 'HEAD' && origin?.toLowerCase() !== `http://${host?.toLowerCase()}`) {
    return context.text('Form rejected: only the pages of the sandbox may send it.\n', 403)
  }
  await next()
  context.header('Content-Security-Policy', policy)
  context.header('X-Frame-Options', 'DENY')
  // Not stricter: without a referrer, browsers send the origin "null".
  context.header('Referrer-Policy', 'same-origin')
}
