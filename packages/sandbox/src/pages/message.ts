import { html } from 'hono/html'
import { clip, isCredentialName, toVisible } from 'sallyport/provider'
import type { DeliveryAttempt } from '../delivery/delivery.ts'
import type { Html } from './layout.ts'
import { indentJson } from './pretty-json.ts'

type Headers = NonNullable<DeliveryAttempt['requestHeaders']>

// Longer ones are in the `.http` file.
const mostShown = 64 * 1024
const longestString = 500

// What every request has; Fleet never shows its owner's own headers again.
const general = new Set(['host', 'user-agent', 'content-type', 'content-length'])

/** The headers of a request or an answer, credentials hidden. */
export function headerList(headers: Headers, { isFleet = false }: { isFleet?: boolean } = {}): Html {
  const isHidden = (name: string): boolean => {
    const isSignature = /signature/i.test(name)
    return (isCredentialName(name, 'header') && !isSignature) || (isFleet && !general.has(name.toLowerCase()))
  }
  return html`<dl class="facts">
    ${headers.map(
      ([name, value]) =>
        html`<dt>${toVisible(name)}</dt>
          <dd>${isHidden(name) ? html`<span class="dim">hidden</span>` : clip(toVisible(value), longestString)}</dd>`,
    )}
  </dl>`
}

/** A body: indented and coloured where it is JSON, with nothing that disguises itself. */
export function bodyText(id: string, text: string): Html {
  const json = indentJson(text, { most: mostShown, longestString })
  const shown = toVisible(json ?? text.slice(0, mostShown), json === undefined ? 'lines' : 'json')
  const isCut = (json ?? text).length > mostShown
  const note = html`<p class="dim">Cut after ${mostShown.toLocaleString('en')} characters.</p>`
  return html`<pre class="wrap" id="${id}" tabindex="0" aria-label="Body">
${json === undefined ? shown : colour(shown)}</pre>
    ${isCut ? note : ''}`
}

/** Colours JSON. */
function colour(json: string): Html {
  const parts = [...json.matchAll(/("(?:[^"\\]|\\.)*"?)(\s*:)?|[-\d][\d.eE+-]*|true|false|null|[^"\w-]+|./g)]
  return html`${parts.map(([token, text, colon]) => {
    if (text !== undefined) return html`<span class="${colon === undefined ? 's' : 'k'}">${text}</span>${colon ?? ''}`
    if (/^[-\d]/.test(token)) return html`<span class="n">${token}</span>`
    return /^[tfn]/.test(token) ? html`<span class="l">${token}</span>` : token
  })}`
}
