import { html } from 'hono/html'
import type { DeliveryAttempt } from '../delivery/delivery.ts'
import type { Html } from './layout.ts'

const mostShown = 50

/** Shows the latest attempts. */
export function attemptTable(attempts: readonly DeliveryAttempt[]): Html {
  if (attempts.length === 0) return html`<p id="attempts">No deliveries yet.</p>`
  return html`<table id="attempts">
    <thead>
      <tr>
        <th>When</th>
        <th>Event</th>
        <th>To</th>
        <th>Attempt</th>
        <th>Answer</th>
        <th>Time</th>
        <th>Faults</th>
      </tr>
    </thead>
    <tbody>
      ${attempts.slice(0, mostShown).map(
        (attempt) =>
          html`<tr data-status="${attempt.status}">
            <td><a href="/attempts/${attempt.id}">${attempt.createdAt}</a></td>
            <td>${attempt.eventType}</td>
            <td>${attempt.url}</td>
            <td>${attempt.attemptNumber}</td>
            <td>${attempt.responseCode === 0 ? (attempt.errorMessage ?? 'none') : attempt.responseCode}</td>
            <td>${attempt.durationMs} ms</td>
            <td>${attempt.faults.join(', ')}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}

/** Shows one attempt: the request and the answer. */
export function attemptDetails(attempt: DeliveryAttempt): Html {
  const body =
    attempt.requestBody === undefined ? '(too large to keep)' : Buffer.from(attempt.requestBody, 'base64').toString()
  return html`<p>
      ${attempt.eventType} to ${attempt.url}, attempt ${attempt.attemptNumber}: ${attempt.status},
      ${attempt.responseCode === 0 ? attempt.errorMessage : `answered ${attempt.responseCode}`} after
      ${attempt.durationMs} ms
    </p>
    <h2>Body sent, ${attempt.requestBytes} bytes</h2>
    <pre id="request">${body}</pre>
    <h2>Answer</h2>
    <pre id="answer">${attempt.responseBody ?? ''}</pre>`
}
