import { html } from 'hono/html'
import { toVisible } from 'sallyport/provider'
import type { DeliveryAttempt } from '../delivery/delivery.ts'
import { answerTag, toAnswer, toLook, toNote } from './attempt-status.ts'
import { button, live, panel, time, type Html } from './layout.ts'
import { bodyText, headerList } from './message.ts'

/** What can be done with an attempt. */
export function attemptActions({ id, requestHeaders, requestBody }: DeliveryAttempt): Html {
  if (requestHeaders === undefined || requestBody === undefined)
    return html`<p class="right dim">Its bytes are no longer kept.</p>`
  return html`<div class="right">
    <a class="button" href="/attempts/${id}/request.http" download>Download .http</a>
    ${button(`/attempts/${id}/resend`, 'Send again', 'the same bytes with the same signature', { kind: 'primary' })}
  </div>`
}

/** One attempt: the answer, the request, and the other attempts of its delivery. */
export function attemptDetails(attempt: DeliveryAttempt, siblings: readonly DeliveryAttempt[]): Html {
  return html`<div class="cols">
    <div class="stack">${answer(attempt)} ${request(attempt)}</div>
    <div class="stack">
      ${facts(attempt)}
      ${panel('siblings', 'Attempts', html`<div class="body">${live('siblings', timeline(attempt, siblings))}</div>`)}
    </div>
  </div>`
}

function answer(attempt: DeliveryAttempt): Html {
  const { responseHeaders = [], responseBody, errorMessage, faults } = attempt
  const why = faults.includes('drop') ? 'Nothing was sent' : 'Nothing answered'
  const content =
    attempt.responseCode === 0
      ? html`<p>${why}: ${errorMessage ?? 'the connection broke'}.</p>`
      : html`<p class="mono">HTTP/1.1 ${toAnswer(attempt)}</p>
          ${headerList(responseHeaders)}
          ${responseBody === undefined ? html`<p class="dim">No body.</p>` : bodyText('answer', responseBody)}`
  return panel('answer', 'Answer', html`<div class="body answer">${content}</div>`, { beside: answerTag(attempt) })
}

function request({ url, platform, requestHeaders, requestBody, requestBytes }: DeliveryAttempt): Html {
  const { pathname, search } = new URL(url)
  const body = requestBody === undefined ? undefined : Buffer.from(requestBody, 'base64').toString()
  const content = html`<div class="body request">
    <p class="mono long">POST ${toVisible(pathname + search)} HTTP/1.1</p>
    ${headerList(requestHeaders ?? [], { isFleet: platform === 'fleet' })}
    ${body === undefined ? html`<p class="dim">The body was too large to keep.</p>` : bodyText('request', body)}
  </div>`
  const size = html`<span class="dim">${requestBytes.toLocaleString('en')} bytes</span>`
  return panel('request', 'Request', content, { beside: size })
}

function facts(attempt: DeliveryAttempt): Html {
  const { url, attemptNumber, createdAt, durationMs, faults, resent = false } = attempt
  return panel(
    'facts',
    'Delivery',
    html`<div class="body">
      <dl class="facts">
        <dt>To</dt>
        <dd>${toVisible(url)}</dd>
        <dt>Attempt</dt>
        <dd>${attemptNumber}${resent ? ', sent again by hand' : ''}</dd>
        <dt>Sent</dt>
        <dd>${time(createdAt)}</dd>
        <dt>Took</dt>
        <dd>${durationMs} ms</dd>
        <dt>Faults</dt>
        <dd>${faults.length === 0 ? 'none' : faults.join(', ')}</dd>
      </dl>
      <p class="dim">
        “Send again” sends the same bytes with the same signature. A receiver may say that it is a duplicate, or too
        old. The .http file holds every header; <code>sallyport verify</code> and
        <code>sallyport send --replay</code> read it.
      </p>
    </div>`,
  )
}

function timeline(current: DeliveryAttempt, siblings: readonly DeliveryAttempt[]): Html {
  return html`<ol class="timeline">
    ${siblings.map((each) => {
      const name = `Attempt ${each.attemptNumber}: ${toAnswer(each)}`
      const here = html`<strong aria-current="true">${name}</strong>`
      return html`<li class="${toLook(each)}" data-attempt="${each.id}" data-news="${toAnswer(each)}">
        <div>
          ${each.id === current.id ? here : html`<a class="link" href="/attempts/${each.id}">${name}</a>`}
          <p>${[toNote({ ...each, attemptNumber: 1 }), `${each.durationMs} ms`].filter(Boolean).join(', ')}</p>
        </div>
        ${time(each.createdAt)}
      </li>`
    })}
  </ol>`
}
