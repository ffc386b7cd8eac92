import type { Authorize } from '@sallyport/console'

const operators = new Set(['ada@example.com'])

/**
 * Trusts the header of a proxy that signs people in, as oauth2-proxy and Cloudflare Access do. Only the proxy may reach the app, and it
 * must remove the header from what visitors send: anybody can write it.
 */
export const byProxyHeader: Authorize = (request, { remoteAddress }) => {
  const { PROXY_ADDRESS: proxy } = process.env
  const who = request.headers.get('x-forwarded-email')
  if (!proxy || remoteAddress !== proxy || who === null) return 'none'
  return { can: operators.has(who) ? 'operate' : 'view', who }
}
