import { Hono } from 'hono'
import { html } from 'hono/html'
import { toVisible } from 'sallyport/provider'
import type { SonzaiParts } from '../sonzai/api.ts'
import { sonzaiEventTypes } from '../sonzai/webhooks.ts'
import { act, type ActionPlace } from './act.ts'
import { deliveryPanel } from './delivery-list.ts'
import { createFields, same, type Typed } from './fields.ts'
import { readFault, readTypedObject } from './form-values.ts'
import { bench, button, fold, layout, live, panel, table, type Html } from './layout.ts'
import { addNotifications, notificationPanels } from './sonzai-notifications.ts'
import type { PageTools } from './tools.ts'

const page = '/sonzai'
const onPage: ActionPlace = { page }
const register: ActionPlace = {
  page,
  form: 'register',
  inputs: { webhook_url: 'url', auth_header: 'authorization', eventType: 'event' },
}

/** Creates Sonzai's page. */
export function createSonzaiPages(parts: SonzaiParts, projectId: string, tools: PageTools): Hono {
  const { webhooks } = parts
  const { notices, attempts, untilSent } = tools
  const pages = new Hono()

  pages.get('/', (context) => {
    const notice = notices.take(context.req.query('notice'))
    const content = bench(
      triggerPanel(notice?.typed),
      deliveryPanel(attempts('sonzai'), '/deliveries?platform=sonzai'),
      [
        webhookPanel(notice?.typed),
        notificationPanels(parts, projectId, { typed: notice?.typed, now: tools.isoNow() }),
      ],
    )
    return context.html(layout({ title: 'Sonzai', section: page, notice }, content))
  })
  pages.post('/register', (context) =>
    act(context, notices, register, ({ event = '', url = '', authorization = '' }) => {
      const options = { webhookUrl: url, authHeader: authorization || undefined }
      const { signingSecret } = webhooks.register(projectId, event, options)
      if (signingSecret === undefined) return { text: `Changed the webhook of ${event}.` }
      return { text: `Registered ${event}.`, secret: signingSecret }
    }),
  )
  pages.post('/rotate', (context) =>
    act(context, notices, onPage, ({ event = '' }) => {
      const { signingSecret } = webhooks.rotate(projectId, event)
      return { text: `The old secret of ${event} is now invalid.`, secret: signingSecret }
    }),
  )
  pages.post('/delete', (context) =>
    act(context, notices, onPage, ({ event = '' }) => {
      webhooks.remove(projectId, event)
      return { text: `Deleted the webhook of ${event}.` }
    }),
  )
  pages.post('/trigger', (context) =>
    act(context, notices, { page, form: 'trigger' }, (values) => {
      const { event = '', data } = values
      const sent = webhooks.trigger(projectId, event, {
        data: readTypedObject('data', data) ?? {},
        faults: readFault(values),
      })
      if (sent.length === 0)
        return { text: `No webhook is registered for ${event}, so nothing was sent.`, isError: true }
      return untilSent(sent)
    }),
  )
  addNotifications(pages, parts, projectId, tools)

  function triggerPanel(typed: Typed | undefined): Html {
    const fields = createFields('trigger', typed)
    const registered = webhooks.list(projectId).map(({ eventType }) => eventType)
    const hint = html`<p class="quiet">Nothing is registered yet. <a href="#register">Register a webhook</a> first.</p>`
    const form = fields.form(
      '/sonzai/trigger',
      'Trigger',
      html`${fields.select('event', 'Event type', same([...new Set([...registered, ...sonzaiEventTypes])]))}
      ${fields.fault()}
      ${fields.area('data', 'Fields of the body (JSON, optional)', { hint: '{"agent_id": "agent_luna"}' })}`,
    )
    const content = html`${registered.length === 0 ? hint : ''}
      <div class="body">${form}</div>`
    return panel('trigger', 'Trigger an event', content, { kind: 'first' })
  }

  function webhookPanel(typed: Typed | undefined): Html {
    const list = webhooks.list(projectId)
    const rows = list.map(
      ({ eventType, url }) =>
        html`<tr>
          <td class="title mono">${eventType}</td>
          <td class="long" data-label="URL"><span>${toVisible(url)}</span></td>
          <td class="acts">
            ${button('/sonzai/rotate', 'Rotate secret', `of ${eventType}`, { values: { event: eventType } })}
            ${button('/sonzai/delete', 'Delete', `webhook of ${eventType}`, {
              values: { event: eventType },
              kind: 'small danger',
            })}
          </td>
        </tr>`,
    )
    const fields = createFields('register', typed)
    const form = fields.form(
      '/sonzai/register',
      'Register',
      html`${fields.select('event', 'Event type', same(sonzaiEventTypes))}
      ${fields.text('url', 'Webhook URL', { required: true, hint: 'http://localhost:3000/webhooks/sonzai' })}
      ${fields.text('authorization', 'Authorization header (optional)')}`,
    )
    const content = html`${live('webhooks', table('webhooks', 'Webhooks', { heads: ['Event', 'URL', 'Actions'], rows }))}
    ${fold('Register a webhook', form, list.length === 0 || fields.isTyped)}`
    return panel('webhooks', 'Webhooks', content)
  }

  return pages
}
