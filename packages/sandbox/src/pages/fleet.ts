import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Agents } from '../fleet/agents.ts'
import type { FleetWebhookInput, FleetWebhooks } from '../fleet/webhooks.ts'
import type { FleetWebhook } from '../state/state.ts'
import { act } from './act.ts'
import { attemptTable } from './attempt-table.ts'
import { faultField, formInput, readFormInput } from './form-inputs.ts'
import { readFault, readForm, readTypedHeaders, readTypedObject, type FormValues } from './form-values.ts'
import { areaField, button, layout, selectField, textField, type Html } from './layout.ts'
import type { PageTools } from './tools.ts'

/** Creates Fleet's pages: the list of webhooks, and one page per webhook with its form. */
export function createFleetPages(webhooks: FleetWebhooks, agents: Agents, { notices, untilSent }: PageTools): Hono {
  const pages = new Hono()

  pages.get('/', (context) => {
    const content = html`<h2>Webhooks</h2>
      <table id="webhooks">
        <tbody>
          ${webhooks.list().map(
            ({ id, name, url }) =>
              html`<tr>
                <td><a href="/fleet/${id}">${name}</a></td>
                <td>${url}</td>
                <td>${button(`/fleet/${id}/delete`, 'Delete')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
      <h2>Add webhook</h2>
      ${webhookForm('/fleet/register', 'Save')}
      <h2>Delivery attempts</h2>
      ${attemptTable(webhooks.attempts())}`
    return context.html(layout('Fleet', notices.take(context.req.query('notice')), content))
  })
  pages.post('/register', (context) =>
    act(context, notices, '/fleet', async () => {
      const { name } = webhooks.register(readWebhook(await readForm(context)))
      return { text: `Registered ${name}.` }
    }),
  )
  pages.get('/:id', async (context) => {
    const webhook = webhooks.get(context.req.param('id'))
    const names = await agents.list()
    const hint = html`<p>No agents found: start the sandbox with a folder of agents (option "agents").</p>`
    const content = html`<h2>Run webhook</h2>
      ${names.length === 0 ? hint : ''}
      <form method="post" action="/fleet/${webhook.id}/run" id="run">
        ${selectField(
          'agent',
          'Agent',
          names.map((name) => [name, name]),
        )}
        ${webhook.fields.map((field) => formInput(field))} ${faultField()}
        <button>Run webhook</button>
      </form>
      <h2>Edit webhook</h2>
      ${webhookForm(`/fleet/${webhook.id}/edit`, 'Save', webhook)}
      <h2>Delivery attempts</h2>
      ${attemptTable(webhooks.attempts(webhook.id))}`
    return context.html(layout(webhook.name, notices.take(context.req.query('notice')), content))
  })
  pages.post('/:id/edit', (context) => {
    const id = context.req.param('id')
    return act(context, notices, pageOf(id), async () => {
      webhooks.edit(id, readWebhook(await readForm(context)))
      return { text: 'Saved.' }
    })
  })
  pages.post('/:id/delete', (context) =>
    act(context, notices, '/fleet', () => {
      webhooks.remove(context.req.param('id'))
      return { text: 'Deleted the webhook.' }
    }),
  )
  pages.post('/:id/run', (context) => {
    const id = context.req.param('id')
    return act(context, notices, pageOf(id), async () => {
      const values = await readForm(context)
      const input = readFormInput(webhooks.get(id).fields, values)
      const folder = await agents.find(values['agent'] ?? '')
      return untilSent([await webhooks.run(id, { folder, input, faults: readFault(values) })])
    })
  })

  function webhookForm(action: string, label: string, webhook?: FleetWebhook): Html {
    const schema = webhook && webhook.fields.length > 0 ? JSON.stringify({ fields: webhook.fields }, undefined, 2) : ''
    const headers = webhook ? 'Headers (Name: value; empty keeps the current ones)' : 'Headers (Name: value, optional)'
    return html`<form method="post" action="${action}" id="webhook">
      ${textField('name', 'Name', { required: true, value: webhook?.name ?? '' })}
      ${textField('url', 'URL (HTTPS, or this computer)', { required: true, value: webhook?.url ?? '' })}
      ${areaField('headers', headers, { hint: 'Authorization: Bearer …' })}
      ${areaField('form_schema', 'Form schema (JSON, optional)', { value: schema, hint: '{"fields": []}' })}
      <button>${label}</button>
    </form>`
  }

  return pages
}

function pageOf(id: string): string {
  return `/fleet/${encodeURIComponent(id)}`
}

function readWebhook({ name, url, headers, form_schema: schema }: FormValues): FleetWebhookInput {
  return { name, url, headers: readTypedHeaders(headers), form_schema: readTypedObject('form_schema', schema) ?? null }
}
