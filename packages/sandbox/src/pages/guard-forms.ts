import type { MiddlewareHandler } from 'hono'

const policy = [
  "default-src 'none'",
  "style-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/**
 * Lets only the sandbox's own pages send forms: browsers name the page a form comes from in `Origin`, and another site's name
 * is not the host the form was sent to. Nothing runs in these pages, and no other page may frame them.
 */
export const guardForms: MiddlewareHandler = async (context, next) => {
  const { origin, host } = { origin: context.req.header('origin'), host: context.req.header('host') }
  const { method } = context.req
  if (method !== 'GET' && method !== 'HEAD' && origin?.toLowerCase() !== `http://${host?.toLowerCase()}`) {
    return context.text('This form was not sent by a page of the sandbox.\n', 403)
  }
  await next()
  context.header('Content-Security-Policy', policy)
  context.header('X-Frame-Options', 'DENY')
  // Not stricter: without a referrer a browser says the origin of a form is "null".
  context.header('Referrer-Policy', 'same-origin')
}
