import { Hono } from 'hono'
import { html } from 'hono/html'
import { toVisible } from 'sallyport/provider'
import type { Agents } from '../fleet/agents.ts'
import type { FleetWebhookInput, FleetWebhooks } from '../fleet/webhooks.ts'
import type { FleetWebhook } from '../state/state.ts'
import { act } from './act.ts'
import { deliveryPanel } from './delivery-list.ts'
import { createFields, same, type Fields, type Typed } from './fields.ts'
import { formInput, readFormInput } from './form-inputs.ts'
import { readFault, readTypedHeaders, readTypedObject, type FormValues } from './form-values.ts'
import { bench, button, fold, layout, live, panel, table, type Html } from './layout.ts'
import type { PageTools } from './tools.ts'

const section = '/fleet'

/** Creates Fleet's pages: the list of webhooks, and one page per webhook with its form. */
export function createFleetPages(webhooks: FleetWebhooks, agents: Agents, { notices, untilSent }: PageTools): Hono {
  const pages = new Hono()

  pages.get('/', (context) => {
    const notice = notices.take(context.req.query('notice'))
    const deliveries = deliveryPanel(webhooks.attempts(), '/deliveries?platform=fleet')
    const content = bench(webhookPanel(webhooks.list(), notice?.typed), deliveries, [])
    return context.html(layout({ title: 'Fleet', section, notice }, content))
  })
  pages.post('/register', (context) =>
    act(context, notices, { page: section, form: 'webhook' }, (values) => {
      const { name } = webhooks.register(readWebhook(values))
      return { text: `Registered ${name}.` }
    }),
  )
  pages.get('/:id', async (context) => {
    const webhook = webhooks.get(context.req.param('id'))
    const notice = notices.take(context.req.query('notice'))
    const fields = createFields('webhook', notice?.typed)
    const edit = fold('Edit the webhook', webhookForm(fields, `/fleet/${webhook.id}/edit`, webhook), fields.isTyped)
    const content = bench(
      runPanel(webhook, await agents.list(), notice?.typed),
      deliveryPanel(webhooks.attempts(webhook.id), '/deliveries?platform=fleet'),
      [
        panel(
          'webhook',
          'Webhook',
          html`<p class="quiet long">${toVisible(webhook.url)}</p>
            ${edit}`,
        ),
      ],
    )
    return context.html(layout({ title: toVisible(webhook.name), section, notice }, content))
  })
  pages.post('/:id/edit', (context) => {
    const id = context.req.param('id')
    return act(context, notices, { page: pageOf(id), form: 'webhook' }, (values) => {
      webhooks.edit(id, readWebhook(values))
      return { text: 'Saved.' }
    })
  })
  pages.post('/:id/delete', (context) =>
    act(context, notices, { page: section }, () => {
      webhooks.remove(context.req.param('id'))
      return { text: 'Deleted the webhook.' }
    }),
  )
  pages.post('/:id/run', (context) => {
    const id = context.req.param('id')
    return act(context, notices, { page: pageOf(id), form: 'run' }, async (values) => {
      const input = readFormInput(webhooks.get(id).fields, values)
      const folder = await agents.find(values['agent'] ?? '')
      return untilSent([await webhooks.run(id, { folder, input, faults: readFault(values) })])
    })
  })

  return pages
}

function webhookPanel(list: readonly FleetWebhook[], typed: Typed | undefined): Html {
  const rows = list.map(
    ({ id, name, url }) =>
      html`<tr>
        <td class="title"><a class="link" href="/fleet/${id}">${toVisible(name)}</a></td>
        <td class="long" data-label="URL"><span>${toVisible(url)}</span></td>
        <td class="acts">
          ${button(`/fleet/${id}/delete`, 'Delete', `webhook ${name} for ${url}`, { kind: 'small danger' })}
        </td>
      </tr>`,
  )
  const fields = createFields('webhook', typed)
  const none = html`<p class="quiet">Add a webhook. Its page then runs it with an agent.</p>`
  const shown = table('webhooks', 'Webhooks', { heads: ['Name', 'URL', 'Actions'], rows })
  const add = fold('Add a webhook', webhookForm(fields, '/fleet/register'), list.length === 0 || fields.isTyped)
  const content = html`${live('webhooks', list.length === 0 ? none : shown)} ${add}`
  return panel('webhooks', 'Webhooks', content, { kind: 'first' })
}

function runPanel(webhook: FleetWebhook, names: readonly string[], typed: Typed | undefined): Html {
  const fields = createFields('run', typed)
  const hint = html`<p class="quiet">No agents found: start the sandbox with a folder of agents (option "agents").</p>`
  const form = fields.form(
    `/fleet/${webhook.id}/run`,
    'Run webhook',
    html`${fields.select('agent', 'Agent', same(names))} ${webhook.fields.map((field) => formInput(fields, field))}
    ${fields.fault()}`,
  )
  const content = html`${names.length === 0 ? hint : ''}
    <div class="body">${form}</div>`
  return panel('run', 'Run webhook', content, { kind: 'first' })
}

function webhookForm(fields: Fields, action: string, webhook?: FleetWebhook): Html {
  const schema = webhook && webhook.fields.length > 0 ? JSON.stringify({ fields: webhook.fields }, undefined, 2) : ''
  const headers = webhook ? 'Headers (Name: value; empty keeps the current ones)' : 'Headers (Name: value, optional)'
  return fields.form(
    action,
    'Save',
    html`${fields.text('name', 'Name', { required: true, value: webhook?.name })}
    ${fields.text('url', 'URL (HTTPS, or this computer)', {
      required: true,
      value: webhook?.url,
      hint: 'http://localhost:3000/webhooks/fleet',
    })}
    ${fields.area('headers', headers, { hint: 'Authorization: Bearer …' })}
    ${fields.area('form_schema', 'Form schema (JSON, optional)', { value: schema, hint: '{"fields": []}' })}`,
  )
}

function pageOf(id: string): string {
  return `/fleet/${encodeURIComponent(id)}`
}

function readWebhook({ name, url, headers, form_schema: schema }: FormValues): FleetWebhookInput {
  return { name, url, headers: readTypedHeaders(headers), form_schema: readTypedObject('form_schema', schema) ?? null }
}
