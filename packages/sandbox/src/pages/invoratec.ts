import { Hono } from 'hono'
import { html } from 'hono/html'
import { invoratecEventTypes } from '../invoratec/events.ts'
import type { InvoratecLogs } from '../invoratec/logs.ts'
import type { InvoratecWebhooks } from '../invoratec/webhooks.ts'
import { act } from './act.ts'
import { attemptTable } from './attempt-table.ts'
import { faultField } from './form-inputs.ts'
import { readFault, readForm, readTypedObject } from './form-values.ts'
import { areaField, button, layout, selectField, textField } from './layout.ts'
import type { PageTools } from './tools.ts'

const mostLogs = 20

/** Creates Invoratec's page. */
export function createInvoratecPages(
  webhooks: InvoratecWebhooks,
  logs: InvoratecLogs,
  developerId: string,
  { notices, attempts, untilSent }: PageTools,
): Hono {
  const pages = new Hono()
  const page = '/invoratec'
  const events = invoratecEventTypes.map((type) => [type, type] as const)

  pages.get('/', (context) => {
    const content = html`<h2>Webhooks</h2>
      <table id="webhooks">
        <tbody>
          ${webhooks.list(developerId).map(
            ({ id, event, url, filter, secret, failCount }) =>
              html`<tr>
                <td>${event}</td>
                <td>${url}</td>
                <td>${JSON.stringify(filter)}</td>
                <td>${secret === undefined ? 'not signed' : 'signed'}</td>
                <td>${failCount} failed</td>
                <td>${button('/invoratec/delete', 'Delete', { id })}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <form method="post" action="/invoratec/register" id="register">
        ${selectField('event', 'Event', events)}
        ${textField('url', 'URL', { required: true, hint: 'http://localhost:3000/webhooks/invoratec' })}
        ${textField('secret', 'Secret (deliveries are signed only with one)')}
        ${areaField('filter', 'Filter (JSON, optional)', { hint: '{"toolName": "erp_get_inventory"}' })}
        <button>Register</button>
      </form>
      <h2>Trigger an event</h2>
      <form method="post" action="/invoratec/trigger" id="trigger">
        ${selectField('event', 'Event', events)} ${areaField('data', 'Fields of the data (JSON, optional)')}
        ${faultField()}
        <button>Trigger</button>
      </form>
      <h2>Delivery attempts</h2>
      ${attemptTable(attempts('invoratec'))}
      <h2>API calls</h2>
      <table id="logs">
        <tbody>
          ${logs.list(developerId, mostLogs).map(
            ({ timestamp, method, endpoint, status, responseTime }) =>
              html`<tr>
                <td>${timestamp}</td>
                <td>${method} ${endpoint}</td>
                <td>${status}</td>
                <td>${responseTime} ms</td>
              </tr>`,
          )}
        </tbody>
      </table>`
    return context.html(layout('Invoratec', notices.take(context.req.query('notice')), content))
  })
  pages.post('/register', (context) =>
    act(context, notices, page, async () => {
      const { event, url, secret, filter } = await readForm(context)
      const wanted = { event, url, secret: secret || undefined, filter: readTypedObject('filter', filter) }
      webhooks.register(developerId, wanted)
      return { text: `Registered ${event}.` }
    }),
  )
  pages.post('/delete', (context) =>
    act(context, notices, page, async () => {
      const { id = '' } = await readForm(context)
      webhooks.remove(developerId, id)
      return { text: 'Deleted the webhook.' }
    }),
  )
  pages.post('/trigger', (context) =>
    act(context, notices, page, async () => {
      const values = await readForm(context)
      const { event = '' } = values
      const data = readTypedObject('data', values['data']) ?? {}
      const sent = webhooks.trigger(event, { data, faults: readFault(values) })
      if (sent.length > 0) return untilSent(sent)
      return { text: `No webhook of ${event} matches, so nothing was sent.`, isError: true }
    }),
  )

  return pages
}
