import { Hono } from 'hono'
import { html } from 'hono/html'
import { toVisible } from 'sallyport/provider'
import { engineEventTypes } from '../langsmith/events.ts'
import type { Repos } from '../langsmith/repos.ts'
import type { LangsmithWebhooks } from '../langsmith/webhooks.ts'
import type { LangsmithWebhook } from '../state/state.ts'
import { act } from './act.ts'
import { deliveryPanel } from './delivery-list.ts'
import { createFields, same, type Typed } from './fields.ts'
import { readFault, readTypedHeaders, readTypedObject } from './form-values.ts'
import { bench, button, fold, layout, live, panel, table, type Html } from './layout.ts'
import type { PageTools } from './tools.ts'

const page = '/langsmith'
const severities = [
  ['3', 'all'],
  ['2', 'medium and above'],
  ['1', 'high and urgent'],
  ['0', 'urgent'],
] as const

/** Creates LangSmith's page: webhooks for commits and for the Engine, commits of folders, Engine events. */
export function createLangsmithPages(
  webhooks: LangsmithWebhooks,
  repos: Repos,
  { notices, attempts, untilSent }: PageTools,
): Hono {
  const pages = new Hono()

  pages.get('/', async (context) => {
    const notice = notices.take(context.req.query('notice'))
    const deliveries = deliveryPanel(attempts('langsmith'), '/deliveries?platform=langsmith')
    const rest = [triggerPanel(notice?.typed), webhookPanel(notice?.typed)]
    const content = bench(await commitPanel(notice?.typed), deliveries, rest)
    return context.html(layout({ title: 'LangSmith', section: page, notice }, content))
  })
  pages.post('/register', (context) =>
    act(context, notices, { page, form: 'register' }, ({ kind, url, headers, eventTypes = '', severityThreshold }) => {
      const types = eventTypes.split(/\s+/).filter(Boolean)
      const wanted = { kind, url, headers: readTypedHeaders(headers), severityThreshold: Number(severityThreshold) }
      const { secret } = webhooks.register({ ...wanted, eventTypes: types.length === 0 ? undefined : types })
      return { text: `Added the webhook for ${url}.`, secret }
    }),
  )
  pages.post('/roll', (context) =>
    act(context, notices, { page }, ({ id = '' }) => ({
      text: 'Rolled the signing secret. The old one signs nothing more.',
      secret: webhooks.rollSecret(id).secret,
    })),
  )
  pages.post('/delete', (context) =>
    act(context, notices, { page }, ({ id = '' }) => {
      webhooks.remove(id)
      return { text: 'Deleted the webhook.' }
    }),
  )
  pages.post('/commit', (context) =>
    act(context, notices, { page, form: 'commit' }, async (values) => {
      const [type, handle = ''] = (values['repo'] ?? '').split('/')
      const commit = { type: type === 'skill' ? 'skill' : 'agent', author: values['author'] || undefined } as const
      const { hash, deliveries } = await webhooks.commit(handle, { ...commit, faults: readFault(values) })
      const { text } = await untilSent(deliveries)
      return { text: `Committed ${handle} as ${hash.slice(0, 8)}. ${text}` }
    }),
  )
  pages.post('/trigger', (context) =>
    act(context, notices, { page, form: 'trigger' }, (values) => {
      const { type = '' } = values
      const object = readTypedObject('object', values['object'])
      const sent = webhooks.trigger(type, { object, faults: readFault(values) })
      if (sent.length > 0) return untilSent(sent)
      return { text: `No webhook wants ${type} of this severity, so nothing was sent.`, isError: true }
    }),
  )

  async function commitPanel(typed: Typed | undefined): Promise<Html> {
    const agents = (await repos.list('agent')).map((name) => [`agent/${name}`, `${name} (agent)`] as const)
    const skills = (await repos.list('skill')).map((name) => [`skill/${name}`, `${name} (skill)`] as const)
    if (agents.length + skills.length === 0) {
      const none = 'No folders found: start the sandbox with the options "agents" or "skills".'
      return panel('commit', 'Commit a folder', html`<p class="quiet">${none}</p>`, { kind: 'first' })
    }
    const fields = createFields('commit', typed)
    const form = fields.form(
      '/langsmith/commit',
      'Commit',
      html`${fields.select('repo', 'Agent or skill', [...agents, ...skills])}
      ${fields.text('author', 'Author (optional)')} ${fields.fault()}`,
    )
    return panel('commit', 'Commit a folder', html`<div class="body">${form}</div>`, { kind: 'first' })
  }

  function webhookPanel(typed: Typed | undefined): Html {
    const list = webhooks.list()
    const fields = createFields('register', typed)
    const form = fields.form(
      '/langsmith/register',
      'Add webhook',
      html`${fields.select('kind', 'Webhook for', [
        ['context-hub', 'Context Hub: every commit'],
        ['engine', 'Engine: issues'],
      ])}
      ${fields.text('url', 'URL (HTTPS, or this computer)', {
        required: true,
        hint: 'http://localhost:3000/webhooks/langsmith',
      })}
      ${fields.area('headers', 'Headers (Name: value, optional)', { hint: 'Authorization: Bearer …' })}
      ${fields.text('eventTypes', 'Engine: event types, separated by spaces', { value: engineEventTypes.join(' ') })}
      ${fields.select('severityThreshold', 'Engine: severity', severities)}`,
    )
    const heads = ['For', 'URL', 'Events', 'Actions']
    const shown = live('webhooks', table('webhooks', 'Webhooks', { heads, rows: list.map(webhookRow) }))
    const add = fold('Add a webhook', form, list.length === 0 || fields.isTyped)
    return panel('webhooks', 'Webhooks', html`${shown} ${add}`)
  }

  return pages
}

function triggerPanel(typed: Typed | undefined): Html {
  const fields = createFields('trigger', typed)
  const form = fields.form(
    '/langsmith/trigger',
    'Trigger',
    html`${fields.select('type', 'Event', same(engineEventTypes))} ${fields.fault()}
    ${fields.area('object', 'Fields of data.object (JSON, optional)', { hint: '{"severity": 0}' })}`,
  )
  return panel('trigger', 'Trigger an Engine event', html`<div class="body">${form}</div>`)
}

function webhookRow({ id, kind, url, eventTypes, severityThreshold }: LangsmithWebhook): Html {
  const wanted = kind === 'engine' ? `${eventTypes.join(', ')}; severity up to ${severityThreshold}` : 'every commit'
  const name = kind === 'engine' ? 'Engine' : 'Context Hub'
  return html`<tr>
    <td class="title">${name}</td>
    <td class="long" data-label="URL"><span>${toVisible(url)}</span></td>
    <td data-label="Events"><span>${wanted}</span></td>
    <td class="acts">
      ${button(`${page}/roll`, 'Roll signing secret', `of the ${name} webhook for ${url}`, { values: { id } })}
      ${button(`${page}/delete`, 'Delete', `${name} webhook for ${url}`, { values: { id }, kind: 'small danger' })}
    </td>
  </tr>`
}
