import { html } from 'hono/html'
import { toVisible } from 'sallyport/provider'
import type { DeliveryAttempt } from '../delivery/delivery.ts'
import { answerTag, toAnswer, toNote } from './attempt-status.ts'
import { live, panel, table, time, type Html } from './layout.ts'

const mostShown = 12

/** The latest attempts of a page, and a link to all of them. */
export function deliveryPanel(attempts: readonly DeliveryAttempt[], all: string): Html {
  const more = html`<div class="foot"><a href="${all}">All ${attempts.length} attempts</a></div>`
  const content = html`${attemptTable(attempts.slice(0, mostShown))} ${attempts.length > mostShown ? more : ''}`
  return panel('attempts', 'Deliveries', live('attempts', content), { kind: 'deliveries' })
}

/** A table of attempts, or what to do where there are none. */
export function attemptTable(attempts: readonly DeliveryAttempt[]): Html {
  if (attempts.length === 0)
    return html`<div class="state">
      <strong>No deliveries yet</strong>
      <p>Register a webhook, then trigger an event. Each attempt appears here with its answer.</p>
    </div>`
  return table('attempts', 'Delivery attempts, newest first', {
    heads: ['Answer', 'Event', 'To', 'Note', 'Took', 'Sent'],
    numbers: ['Took', 'Sent'],
    rows: attempts.map(attemptRow),
    kind: 'list attempts',
  })
}

function attemptRow(attempt: DeliveryAttempt): Html {
  const { id, status, eventType, url, durationMs, createdAt } = attempt
  const event = toVisible(eventType)
  return html`<tr data-status="${status}" data-attempt="${id}" data-news="${event}, ${toAnswer(attempt)}">
    <td class="status">${answerTag(attempt)}</td>
    <td class="title mono"><a class="cover" href="/attempts/${id}">${event}</a></td>
    <td class="cut dim">${toVisible(url)}</td>
    <td class="note dim">${toNote(attempt)}</td>
    <td class="num dim">${durationMs} ms</td>
    <td class="num end dim">${time(createdAt)}</td>
  </tr>`
}
