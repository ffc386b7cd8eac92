import type { Hono } from 'hono'
import { html } from 'hono/html'
import type { SonzaiParts } from '../sonzai/api.ts'
import { sonzaiEventTypes } from '../sonzai/webhooks.ts'
import { act, type ActionPlace } from './act.ts'
import { createFields, same, type Typed } from './fields.ts'
import { readTypedObject } from './form-values.ts'
import { button, fold, live, panel, table, time, type Html } from './layout.ts'
import type { PageTools } from './tools.ts'

const page = '/sonzai'
const mostShown = 20
const wakeupPlace: ActionPlace = {
  page,
  form: 'wakeup',
  inputs: { scheduled_at: 'time', check_type: 'check', user_id: 'user' },
}

/** Adds the actions of notifications and wakeups to Sonzai's page. */
export function addNotifications(
  pages: Hono,
  { notifications, projectNotifications, wakeups }: SonzaiParts,
  projectId: string,
  { notices }: PageTools,
): void {
  pages.post('/notify', (context) =>
    act(context, notices, { page, form: 'notify' }, ({ agent = '', user = '', content = '' }) => {
      const { id } = notifications.create({ agentId: agent, userId: user, type: 'message', content })
      return { text: `Notification ${id} is pending.` }
    }),
  )
  pages.post('/consume', (context) =>
    act(context, notices, { page }, ({ agent = '', id = '' }) => {
      notifications.consume(agent, id)
      return { text: `Notification ${id} is consumed.` }
    }),
  )
  pages.post('/notify-project', (context) =>
    act(context, notices, { page, form: 'notify-project' }, ({ event = '', data }) => {
      const { id } = projectNotifications.create(projectId, event, readTypedObject('data', data) ?? {})
      return { text: `Project notification ${id} is pending.` }
    }),
  )
  pages.post('/acknowledge', (context) =>
    act(context, notices, { page }, ({ id = '' }) => {
      const count = projectNotifications.acknowledge(projectId, [id])
      if (count === 0) return { text: `Project notification ${id} is not pending.`, isError: true }
      return { text: `Project notification ${id} is acknowledged.` }
    }),
  )
  pages.post('/wakeup', (context) =>
    act(context, notices, wakeupPlace, ({ agent = '', user = '', time: at = '', check = '', intent = '' }) => {
      const { scheduledAt } = wakeups.schedule(projectId, agent, {
        user_id: user,
        check_type: check,
        intent,
        // The time overrides it.
        delay_hours: 0,
        scheduled_at: at,
      })
      return { text: `Agent ${agent} wakes up at ${scheduledAt}.` }
    }),
  )
}

/** Shows a project's notifications and wakeups. */
export function notificationPanels(
  parts: SonzaiParts,
  projectId: string,
  { typed, now }: { readonly typed: Typed | undefined; readonly now: string },
): Html {
  return html`${notificationPanel(parts, typed)} ${projectPanel(parts, projectId, typed)}
  ${wakeupPanel(parts, typed, now)}`
}

function notificationPanel({ notifications }: SonzaiParts, typed: Typed | undefined): Html {
  const fields = createFields('notify', typed)
  const form = fields.form(
    '/sonzai/notify',
    'Add a notification',
    html`${fields.text('agent', 'Agent', { value: 'agent_luna', required: true })}
    ${fields.text('user', 'User', { value: 'user-123', required: true })}
    ${fields.text('content', 'Message', { required: true })}`,
  )
  const rows = notifications
    .all()
    .slice(0, mostShown)
    .map(
      ({ id, agentId, userId, content, status }) =>
        html`<tr>
          <td class="title">${agentId}</td>
          <td data-label="User"><span>${userId}</span></td>
          <td class="long" data-label="Message"><span>${content}</span></td>
          <td data-label="State"><span>${stateTag(status)}</span></td>
          <td class="acts">
            ${status === 'pending' ? button('/sonzai/consume', 'Consume', `notification ${id}`, { values: { agent: agentId, id } }) : ''}
          </td>
        </tr>`,
    )
  const heads = ['Agent', 'User', 'Message', 'State', 'Actions']
  return list('notifications', 'Notifications', { heads, rows, add: fold('Add a notification', form, fields.isTyped) })
}

function projectPanel({ projectNotifications }: SonzaiParts, projectId: string, typed: Typed | undefined): Html {
  const fields = createFields('notify-project', typed)
  const form = fields.form(
    '/sonzai/notify-project',
    'Add a project notification',
    html`${fields.select('event', 'Event type', same(sonzaiEventTypes))}
    ${fields.area('data', 'Fields of the payload (JSON, optional)', { hint: '{"agent_id": "agent_luna"}' })}`,
  )
  const rows = projectNotifications
    .all(projectId)
    .slice(0, mostShown)
    .map(
      ({ id, eventType, agentId, status }) =>
        html`<tr>
          <td class="title mono">${eventType}</td>
          <td data-label="Agent"><span>${agentId ?? 'none'}</span></td>
          <td data-label="State"><span>${stateTag(status)}</span></td>
          <td class="acts">
            ${status === 'pending' ? button('/sonzai/acknowledge', 'Acknowledge', `project notification ${id}`, { values: { id } }) : ''}
          </td>
        </tr>`,
    )
  const heads = ['Event', 'Agent', 'State', 'Actions']
  const add = fold('Add a project notification', form, fields.isTyped)
  return list('project-notifications', 'Project notifications', { heads, rows, add })
}

function wakeupPanel({ wakeups }: SonzaiParts, typed: Typed | undefined, now: string): Html {
  const fields = createFields('wakeup', typed)
  const form = fields.form(
    '/sonzai/wakeup',
    'Schedule',
    html`${fields.text('agent', 'Agent', { value: 'agent_luna', required: true })}
    ${fields.text('user', 'User', { value: 'user-123', required: true })}
    ${fields.text('time', 'Time (RFC 3339)', { value: now, required: true })}
    ${fields.text('check', 'Check type', { value: 'interest_followup', required: true })}
    ${fields.text('intent', 'Intent', { value: 'Ask how the day was.', required: true })}`,
  )
  const rows = wakeups
    .all()
    .slice(0, mostShown)
    .map(
      ({ agentId, userId, scheduledAt, status }) =>
        html`<tr>
          <td class="title">${agentId}</td>
          <td data-label="User"><span>${userId}</span></td>
          <td data-label="Time"><span>${time(scheduledAt)}</span></td>
          <td data-label="State"><span>${stateTag(status)}</span></td>
        </tr>`,
    )
  const heads = ['Agent', 'User', 'Time', 'State']
  return list('wakeups', 'Wakeups', { heads, rows, add: fold('Schedule a wakeup', form, fields.isTyped) })
}

function list(
  id: string,
  title: string,
  { heads, rows, add }: { heads: readonly string[]; rows: readonly Html[]; add: Html },
): Html {
  const none = html`<p class="quiet">None yet.</p>`
  const shown = live(id, rows.length === 0 ? none : table(id, title, { heads, rows }))
  return panel(id, title, html`${shown} ${add}`)
}

function stateTag(status: string): Html {
  return html`<span class="tag ${status === 'pending' ? 'info' : ''}">${status}</span>`
}
