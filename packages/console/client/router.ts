import { signal } from '@preact/signals'
import { readRoute, toHref, type PageName, type Query, type Route } from './route.ts'

/** Path that the console is mounted at, with a slash at its end. */
export const base = document.querySelector<HTMLMetaElement>('meta[name="sallyport-base"]')?.content ?? '/'

export const route = signal<Route>(readRoute(base, location.href))

/** The address of a page, for links. A click on it stays in the console. */
export const href = (page: PageName, query?: Query): string => toHref(base, page, query)

/** Set when another page was opened: its heading takes the focus. */
let wantsFocus = false

/** Whether the heading that appears now takes the focus; true once per page. */
export function takeFocus(): boolean {
  const wanted = wantsFocus
  wantsFocus = false
  return wanted
}

/** Opens a page. `replace` changes the address without a step for "back". */
export function go(page: PageName, query: Query = {}, options: { readonly replace?: boolean } = {}): void {
  follow(href(page, query), options.replace === true)
}

function follow(address: string, replace: boolean): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', address)
  const isOther = show()
  if (isOther) scrollTo(0, 0)
}

function show(): boolean {
  const next = readRoute(base, location.href)
  const isOther = next.page !== route.value.page
  if (isOther) wantsFocus = true
  route.value = next
  return isOther
}

/** Follows clicks on links within the console, and back and forward. */
export function startRouter(): void {
  addEventListener('popstate', () => void show())
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.hasAttribute('download') || !isPlainClick(event)) return
    // A link within the page, as "Skip to the page", is the browser's.
    if (link.hash !== '') return
    if (link.origin !== location.origin || readRoute(base, link.href).page === undefined) return
    event.preventDefault()
    if (link.href !== location.href) follow(link.href, false)
  })
}

const isPlainClick = (event: MouseEvent): boolean =>
  !event.defaultPrevented && event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey
