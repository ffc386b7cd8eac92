import { Hono } from 'hono'
import { html } from 'hono/html'
import { toVisible } from 'sallyport/provider'
import { invoratecEventTypes } from '../invoratec/events.ts'
import type { InvoratecLogs } from '../invoratec/logs.ts'
import type { InvoratecWebhooks } from '../invoratec/webhooks.ts'
import { act } from './act.ts'
import { deliveryPanel } from './delivery-list.ts'
import { createFields, same, type Typed } from './fields.ts'
import { readFault, readTypedObject } from './form-values.ts'
import { bench, button, fold, layout, live, panel, table, time, type Html } from './layout.ts'
import type { PageTools } from './tools.ts'

const mostLogs = 20
const page = '/invoratec'
const events = same(invoratecEventTypes)

/** Creates Invoratec's page. */
export function createInvoratecPages(
  webhooks: InvoratecWebhooks,
  logs: InvoratecLogs,
  developerId: string,
  { notices, attempts, untilSent }: PageTools,
): Hono {
  const pages = new Hono()

  pages.get('/', (context) => {
    const notice = notices.take(context.req.query('notice'))
    const deliveries = deliveryPanel(attempts('invoratec'), '/deliveries?platform=invoratec')
    const content = bench(triggerPanel(notice?.typed), deliveries, [webhookPanel(notice?.typed), logPanel()])
    return context.html(layout({ title: 'Invoratec', section: page, notice }, content))
  })
  pages.post('/register', (context) =>
    act(context, notices, { page, form: 'register' }, ({ event, url, secret, filter }) => {
      const wanted = { event, url, secret: secret || undefined, filter: readTypedObject('filter', filter) }
      webhooks.register(developerId, wanted)
      return { text: `Registered ${event}.` }
    }),
  )
  pages.post('/delete', (context) =>
    act(context, notices, { page }, ({ id = '' }) => {
      webhooks.remove(developerId, id)
      return { text: 'Deleted the webhook.' }
    }),
  )
  pages.post('/trigger', (context) =>
    act(context, notices, { page, form: 'trigger' }, (values) => {
      const { event = '' } = values
      const data = readTypedObject('data', values['data']) ?? {}
      const sent = webhooks.trigger(event, { data, faults: readFault(values) })
      if (sent.length > 0) return untilSent(sent)
      return { text: `No webhook of ${event} matches, so nothing was sent.`, isError: true }
    }),
  )

  function triggerPanel(typed: Typed | undefined): Html {
    const fields = createFields('trigger', typed)
    const form = fields.form(
      '/invoratec/trigger',
      'Trigger',
      html`${fields.select('event', 'Event', events)} ${fields.fault()}
      ${fields.area('data', 'Fields of the data (JSON, optional)', { hint: '{"toolName": "erp_get_inventory"}' })}`,
    )
    const hint = html`<p class="quiet">Nothing is registered yet. <a href="#register">Register a webhook</a> first.</p>`
    const content = html`${webhooks.list(developerId).length === 0 ? hint : ''}
      <div class="body">${form}</div>`
    return panel('trigger', 'Trigger an event', content, { kind: 'first' })
  }

  function webhookPanel(typed: Typed | undefined): Html {
    const list = webhooks.list(developerId)
    const rows = list.map(({ id, event, url, filter, secret, failCount }) => {
      const failed = html`<span class="tag ${failCount === 0 ? 'good' : 'bad'}">${failCount} failed</span>`
      return html`<tr>
        <td class="title mono">${event}</td>
        <td class="long" data-label="URL"><span>${toVisible(url)}</span></td>
        <td class="long mono" data-label="Filter"><span>${toVisible(JSON.stringify(filter))}</span></td>
        <td data-label="Signature"><span>${secret === undefined ? 'not signed' : 'signed'}</span></td>
        <td data-label="Result"><span>${failed}</span></td>
        <td class="acts">
          ${button('/invoratec/delete', 'Delete', `webhook of ${event} for ${url}`, { values: { id }, kind: 'small danger' })}
        </td>
      </tr>`
    })
    const fields = createFields('register', typed)
    const form = fields.form(
      '/invoratec/register',
      'Register',
      html`${fields.select('event', 'Event', events)}
      ${fields.text('url', 'URL', { required: true, hint: 'http://localhost:3000/webhooks/invoratec' })}
      ${fields.text('secret', 'Secret (deliveries are signed only with one)')}
      ${fields.area('filter', 'Filter (JSON, optional)', { hint: '{"toolName": "erp_get_inventory"}' })}`,
    )
    const heads = ['Event', 'URL', 'Filter', 'Signature', 'Result', 'Actions']
    const content = html`${live('webhooks', table('webhooks', 'Webhooks', { heads, rows }))}
    ${fold('Register a webhook', form, list.length === 0 || fields.isTyped)}`
    return panel('webhooks', 'Webhooks', content)
  }

  function logPanel(): Html {
    const rows = logs.list(developerId, mostLogs).map(
      ({ timestamp, method, endpoint, status, responseTime }) =>
        html`<tr>
          <td class="title mono long">${method} ${endpoint}</td>
          <td data-label="Status"><span class="tag ${status < 400 ? 'good' : 'bad'}">${status}</span></td>
          <td class="num" data-label="Took"><span>${responseTime} ms</span></td>
          <td class="num" data-label="When"><span>${time(timestamp)}</span></td>
        </tr>`,
    )
    const none = html`<p class="quiet">None yet: an event that comes from an API call leaves that call here.</p>`
    const calls = table('logs', 'API calls', {
      heads: ['Call', 'Status', 'Took', 'When'],
      numbers: ['Took', 'When'],
      rows,
    })
    return panel('logs', 'API calls', live('logs', rows.length === 0 ? none : calls))
  }

  return pages
}
