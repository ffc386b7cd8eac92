import { Hono } from 'hono'
import { html } from 'hono/html'
import { engineEventTypes } from '../langsmith/events.ts'
import type { Repos } from '../langsmith/repos.ts'
import type { LangsmithWebhooks } from '../langsmith/webhooks.ts'
import type { LangsmithWebhook } from '../state/state.ts'
import { act } from './act.ts'
import { attemptTable } from './attempt-table.ts'
import { faultField } from './form-inputs.ts'
import { readFault, readForm, readTypedHeaders, readTypedObject } from './form-values.ts'
import { areaField, button, layout, selectField, textField, type Html } from './layout.ts'
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
    const agents = (await repos.list('agent')).map((name) => [`agent/${name}`, `${name} (agent)`] as const)
    const skills = (await repos.list('skill')).map((name) => [`skill/${name}`, `${name} (skill)`] as const)
    const none = html`<p>No folders found: start the sandbox with the options "agents" or "skills".</p>`
    const content = html`<h2>Webhooks</h2>
      <table id="webhooks">
        <tbody>
          ${webhooks.list().map(webhookRow)}
        </tbody>
      </table>
      <form method="post" action="${page}/register" id="register">
        ${selectField('kind', 'Webhook for', [
          ['context-hub', 'Context Hub: every commit'],
          ['engine', 'Engine: issues'],
        ])}
        ${textField('url', 'URL (HTTPS, or this computer)', {
          required: true,
          hint: 'http://localhost:3000/webhooks/langsmith',
        })}
        ${areaField('headers', 'Headers (Name: value, optional)', { hint: 'Authorization: Bearer …' })}
        ${textField('eventTypes', 'Engine: event types, separated by spaces', { value: engineEventTypes.join(' ') })}
        ${selectField('severityThreshold', 'Engine: severity', severities)}
        <button>Add webhook</button>
      </form>
      <h2>Commit a folder</h2>
      ${agents.length + skills.length === 0 ? none : ''}
      <form method="post" action="${page}/commit" id="commit">
        ${selectField('repo', 'Agent or skill', [...agents, ...skills])} ${textField('author', 'Author (optional)')}
        ${faultField()}
        <button>Commit</button>
      </form>
      <h2>Trigger an Engine event</h2>
      <form method="post" action="${page}/trigger" id="trigger">
        ${selectField(
          'type',
          'Event',
          engineEventTypes.map((type) => [type, type]),
        )}
        ${areaField('object', 'Fields of data.object (JSON, optional)', { hint: '{"severity": 0}' })} ${faultField()}
        <button>Trigger</button>
      </form>
      <h2>Delivery attempts</h2>
      ${attemptTable(attempts('langsmith'))}`
    return context.html(layout('LangSmith', notices.take(context.req.query('notice')), content))
  })
  pages.post('/register', (context) =>
    act(context, notices, page, async () => {
      const { kind, url, headers, eventTypes = '', severityThreshold } = await readForm(context)
      const types = eventTypes.split(/\s+/).filter(Boolean)
      const wanted = { kind, url, headers: readTypedHeaders(headers), severityThreshold: Number(severityThreshold) }
      const { secret } = webhooks.register({ ...wanted, eventTypes: types.length === 0 ? undefined : types })
      return { text: `Added the webhook for ${url}.`, secret }
    }),
  )
  pages.post('/roll', (context) =>
    act(context, notices, page, async () => {
      const { id = '' } = await readForm(context)
      return {
        text: 'Rolled the signing secret. The old one signs nothing more.',
        secret: webhooks.rollSecret(id).secret,
      }
    }),
  )
  pages.post('/delete', (context) =>
    act(context, notices, page, async () => {
      const { id = '' } = await readForm(context)
      webhooks.remove(id)
      return { text: 'Deleted the webhook.' }
    }),
  )
  pages.post('/commit', (context) =>
    act(context, notices, page, async () => {
      const values = await readForm(context)
      const [type, handle = ''] = (values['repo'] ?? '').split('/')
      const commit = { type: type === 'skill' ? 'skill' : 'agent', author: values['author'] || undefined } as const
      const { hash, deliveries } = await webhooks.commit(handle, { ...commit, faults: readFault(values) })
      const { text } = await untilSent(deliveries)
      return { text: `Committed ${handle} as ${hash.slice(0, 8)}. ${text}` }
    }),
  )
  pages.post('/trigger', (context) =>
    act(context, notices, page, async () => {
      const values = await readForm(context)
      const { type = '' } = values
      const object = readTypedObject('object', values['object'])
      const sent = webhooks.trigger(type, { object, faults: readFault(values) })
      if (sent.length > 0) return untilSent(sent)
      return { text: `No webhook wants ${type} of this severity, so nothing was sent.`, isError: true }
    }),
  )

  return pages
}

function webhookRow({ id, kind, url, eventTypes, severityThreshold }: LangsmithWebhook): Html {
  const wanted = kind === 'engine' ? `${eventTypes.join(', ')}; severity up to ${severityThreshold}` : 'every commit'
  return html`<tr>
    <td>${kind === 'engine' ? 'Engine' : 'Context Hub'}</td>
    <td>${url}</td>
    <td>${wanted}</td>
    <td>${button(`${page}/roll`, 'Roll signing secret', { id })} ${button(`${page}/delete`, 'Delete', { id })}</td>
  </tr>`
}
