import type { Hono } from 'hono'
import { html } from 'hono/html'
import type { SonzaiProjectNotifications } from '../sonzai/project-notifications.ts'
import { sonzaiEventTypes } from '../sonzai/webhooks.ts'
import { act } from './act.ts'
import { readForm, readTypedObject } from './form-values.ts'
import { areaField, button, selectField, type Html } from './layout.ts'
import type { PageTools } from './tools.ts'

/** Adds the forms of a project's queue to Sonzai's page. */
export function addProjectQueue(
  pages: Hono,
  queue: SonzaiProjectNotifications,
  projectId: string,
  { notices }: PageTools,
): void {
  pages.post('/notify-project', (context) =>
    act(context, notices, '/sonzai', async () => {
      const { event = '', data } = await readForm(context)
      const { id } = queue.create(projectId, event, readTypedObject('data', data) ?? {})
      return { text: `Project notification ${id} is pending.` }
    }),
  )
  pages.post('/acknowledge', (context) =>
    act(context, notices, '/sonzai', async () => {
      const { id = '' } = await readForm(context)
      const count = queue.acknowledge(projectId, [id])
      if (count === 0) return { text: `Project notification ${id} is not pending.`, isError: true }
      return { text: `Project notification ${id} is acknowledged.` }
    }),
  )
}

/** Shows a project's queue. */
export function projectQueue(queue: SonzaiProjectNotifications, projectId: string): Html {
  return html`<h2>Project notifications</h2>
    <table id="project-notifications">
      <tbody>
        ${queue
          .all(projectId)
          .slice(0, 20)
          .map(
            ({ id, eventType, agentId, status }) =>
              html`<tr>
                <td>${eventType}</td>
                <td>${agentId ?? ''}</td>
                <td>${status}</td>
                <td>${status === 'pending' ? button('/sonzai/acknowledge', 'Acknowledge', { id }) : ''}</td>
              </tr>`,
          )}
      </tbody>
    </table>
    <form method="post" action="/sonzai/notify-project" id="notify-project">
      ${selectField(
        'event',
        'Event type',
        sonzaiEventTypes.map((type) => [type, type]),
      )}
      ${areaField('data', 'Fields of the payload (JSON, optional)', { hint: '{"agent_id": "agent_luna"}' })}
      <button>Add a project notification</button>
    </form>`
}
