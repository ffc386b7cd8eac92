/** Headers of every answer: nothing runs but the console's own script, and no other page can use or frame it. */
export const securityHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/**
 * Adds the headers to an answer, and `no-store`. The owner's own answer keeps those it has: a login page needs its forms.
 *
 * @param isHead leaves out the content, which an answer to HEAD does not have
 */
export function withSecurityHeaders(response: Response, isHead: boolean): Response {
  const headers = new Headers(response.headers)
  for (const [name, value] of Object.entries(securityHeaders)) if (!headers.has(name)) headers.set(name, value)
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
  return new Response(isHead ? null : response.body, { status: response.status, headers })
}
