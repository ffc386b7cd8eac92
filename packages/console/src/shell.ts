/** Paths of the client, below the base path. */
export interface ClientPaths {
  readonly script: string
  readonly style: string
}

/**
 * The HTML of every page. It has no script or style of its own: the policy forbids them.
 *
 * @param base path that browsers see the console at, with a slash at its end
 */
export function toShell(base: string, title: string | undefined, { script, style }: ClientPaths): string {
  const path = escapeHtml(base)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="sallyport-base" content="${path}">
<title>${escapeHtml(title === undefined ? 'Sallyport' : `${title} · Sallyport`)}</title>
<link rel="icon" href="${path}assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${path}${style}">
<script type="module" src="${path}${script}"></script>
</head>
<body>
<noscript>The console needs JavaScript.</noscript>
</body>
</html>
`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character]!)
}
