/** A URL fit to be printed: user name and query may be credentials. */
export function toShownUrl(url: string): string {
  const parsed = URL.parse(url)
  return parsed === null ? '(not a URL)' : `${parsed.origin}${parsed.pathname}${parsed.search === '' ? '' : '?…'}`
}
