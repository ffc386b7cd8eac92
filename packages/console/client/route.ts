/** The pages by their paths below the base path; `overview` is the base path itself. */
export const pageNames = ['overview', 'events', 'event', 'failures', 'refused', 'agents', 'agent', 'audit'] as const

export type PageName = (typeof pageNames)[number]

/** Names and values of an address's query; empty values are left out. */
export type Query = Readonly<Record<string, string | undefined>>

export interface Route {
  /** `undefined`: there is no such page. */
  readonly page: PageName | undefined
  readonly query: Query
}

/**
 * Reads page and query from an address.
 *
 * @param base path that the console is mounted at, with a slash at its end
 */
export function readRoute(base: string, address: string): Route {
  const url = new URL(address, 'http://localhost')
  const path = `${url.pathname}/`.startsWith(base) ? url.pathname.slice(base.length) : undefined
  const name = path === '' ? 'overview' : path
  return { page: pageNames.find((page) => page === name), query: Object.fromEntries(url.searchParams) }
}

/** The address of a page, relative to the host. */
export function toHref(base: string, page: PageName, query: Query = {}): string {
  return `${base}${page === 'overview' ? '' : page}${toSearch(query)}`
}

/** A query as text: empty, or with its question mark. Names keep their order. */
export function toSearch(query: Query): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') parameters.set(name, value)
  const text = parameters.toString()
  return text === '' ? '' : `?${text}`
}
