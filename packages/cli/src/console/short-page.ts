const headers = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
} as const

/** A page of two lines. Title and text are fixed, never values of a request. */
export function toShortPage(
  status: number,
  title: string,
  text: string,
  more: Readonly<Record<string, string>> = {},
): Response {
  const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title>
<h1>${title}</h1><p>${text}</p></html>
`
  return new Response(page, { status, headers: { ...headers, ...more } })
}
