import { Hono } from 'hono'
import { html } from 'hono/html'
import type { SonzaiParts } from '../sonzai/api.ts'
import { sonzaiEventTypes } from '../sonzai/webhooks.ts'
import { act } from './act.ts'
import { attemptTable } from './attempt-table.ts'
import { faultField } from './form-inputs.ts'
import { readFault, readForm, readTypedObject } from './form-values.ts'
import { areaField, button, layout, selectField, textField, type Html } from './layout.ts'
import { addProjectQueue, projectQueue } from './sonzai-project-queue.ts'
import type { PageTools } from './tools.ts'

/** Creates Sonzai's page. */
export function createSonzaiPages(parts: SonzaiParts, projectId: string, tools: PageTools): Hono {
  const { webhooks, notifications, projectNotifications, wakeups } = parts
  const { notices, attempts, untilSent } = tools
  const pages = new Hono()
  const page = '/sonzai'

  pages.get('/', (context) => {
    const content = html`${registered()} ${triggerForm()} ${queue()} ${projectQueue(projectNotifications, projectId)}
      <h2>Delivery attempts</h2>
      ${attemptTable(attempts('sonzai'))}`
    return context.html(layout('Sonzai', notices.take(context.req.query('notice')), content))
  })
  pages.post('/register', (context) =>
    act(context, notices, page, async () => {
      const { event = '', url = '', authorization = '' } = await readForm(context)
      const options = { webhookUrl: url, authHeader: authorization || undefined }
      const { signingSecret } = webhooks.register(projectId, event, options)
      if (signingSecret === undefined) return { text: `Changed the webhook of ${event}.` }
      return { text: `Registered ${event}.`, secret: signingSecret }
    }),
  )
  pages.post('/rotate', (context) =>
    act(context, notices, page, async () => {
      const { event = '' } = await readForm(context)
      const { signingSecret } = webhooks.rotate(projectId, event)
      return { text: `The old secret of ${event} is now invalid.`, secret: signingSecret }
    }),
  )
  pages.post('/delete', (context) =>
    act(context, notices, page, async () => {
      const { event = '' } = await readForm(context)
      webhooks.remove(projectId, event)
      return { text: `Deleted the webhook of ${event}.` }
    }),
  )
  pages.post('/trigger', (context) =>
    act(context, notices, page, async () => {
      const values = await readForm(context)
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
  pages.post('/notify', (context) =>
    act(context, notices, page, async () => {
      const { agent = '', user = '', content = '' } = await readForm(context)
      const { id } = notifications.create({ agentId: agent, userId: user, type: 'message', content })
      return { text: `Notification ${id} is pending.` }
    }),
  )
  pages.post('/consume', (context) =>
    act(context, notices, page, async () => {
      const { agent = '', id = '' } = await readForm(context)
      notifications.consume(agent, id)
      return { text: `Notification ${id} is consumed.` }
    }),
  )
  pages.post('/wakeup', (context) =>
    act(context, notices, page, async () => {
      const { agent = '', user = '', time = '', check = '', intent = '' } = await readForm(context)
      const { scheduledAt } = wakeups.schedule(projectId, agent, {
        user_id: user,
        check_type: check,
        intent,
        // The time overrides it.
        delay_hours: 0,
        scheduled_at: time,
      })
      return { text: `Agent ${agent} wakes up at ${scheduledAt}.` }
    }),
  )

  addProjectQueue(pages, projectNotifications, projectId, tools)

  function registered(): Html {
    return html`<h2>Registered webhooks</h2>
      <table id="webhooks">
        <tbody>
          ${webhooks.list(projectId).map(
            ({ eventType, url }) =>
              html`<tr>
                <td>${eventType}</td>
                <td>${url}</td>
                <td>
                  ${button('/sonzai/rotate', 'Rotate secret', { event: eventType })}
                  ${button('/sonzai/delete', 'Delete', { event: eventType })}
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
      <form method="post" action="/sonzai/register" id="register">
        ${selectField(
          'event',
          'Event type',
          sonzaiEventTypes.map((type) => [type, type]),
        )}
        ${textField('url', 'Webhook URL', { required: true, hint: 'http://localhost:3000/webhooks/sonzai' })}
        ${textField('authorization', 'Authorization header (optional)')}
        <button>Register</button>
      </form>`
  }

  function triggerForm(): Html {
    return html`<h2>Trigger an event</h2>
      <form method="post" action="/sonzai/trigger" id="trigger">
        ${selectField(
          'event',
          'Event type',
          sonzaiEventTypes.map((type) => [type, type]),
        )}
        ${areaField('data', 'Fields of the body (JSON, optional)', { hint: '{"agent_id": "agent_luna"}' })}
        ${faultField()}
        <button>Trigger</button>
      </form>`
  }

  function queue(): Html {
    return html`<h2>Notifications</h2>
      <table id="notifications">
        <tbody>
          ${notifications
            .all()
            .slice(0, 20)
            .map(
              ({ id, agentId, userId, content, status }) =>
                html`<tr>
                  <td>${agentId}</td>
                  <td>${userId}</td>
                  <td>${content}</td>
                  <td>${status}</td>
                  <td>${status === 'pending' ? button('/sonzai/consume', 'Consume', { agent: agentId, id }) : ''}</td>
                </tr>`,
            )}
        </tbody>
      </table>
      <form method="post" action="/sonzai/notify" id="notify">
        ${textField('agent', 'Agent', { value: 'agent_luna', required: true })}
        ${textField('user', 'User', { value: 'user-123', required: true })}
        ${textField('content', 'Message', { required: true })}
        <button>Add a notification</button>
      </form>
      <h2>Wakeups</h2>
      <table id="wakeups">
        <tbody>
          ${wakeups
            .all()
            .slice(0, 20)
            .map(
              ({ agentId, userId, scheduledAt, status }) =>
                html`<tr>
                  <td>${agentId}</td>
                  <td>${userId}</td>
                  <td>${scheduledAt}</td>
                  <td>${status}</td>
                </tr>`,
            )}
        </tbody>
      </table>
      <form method="post" action="/sonzai/wakeup" id="wakeup">
        ${textField('agent', 'Agent', { value: 'agent_luna', required: true })}
        ${textField('user', 'User', { value: 'user-123', required: true })}
        ${textField('time', 'Time (RFC 3339)', { value: tools.isoNow(), required: true })}
        ${textField('check', 'Check type', { value: 'interest_followup', required: true })}
        ${textField('intent', 'Intent', { value: 'Ask how the day was.', required: true })}
        <button>Schedule</button>
      </form>`
  }

  return pages
}
