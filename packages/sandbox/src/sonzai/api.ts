import { Hono, type Context } from 'hono'
import type * as z from 'zod'
import { SandboxError } from '../error.ts'
import { cutPage } from '../http/page.ts'
import { readBody, readWholeNumber } from '../http/read-request.ts'
import { findKey, type CompleteKeys } from '../keys.ts'
import type { SonzaiWebhook } from '../state/state.ts'
import { toAttemptBody, toNotificationBody, toProjectNotificationBody, toWebhookBody } from './bodies.ts'
import type { SonzaiNotifications } from './notifications.ts'
import { toProblem } from './problem.ts'
import type { ProjectNotificationFilter, SonzaiProjectNotifications } from './project-notifications.ts'
import { AcknowledgeAllRequest, AcknowledgeRequest, RegisterRequest, WakeupRequest } from './requests.ts'
import { toWakeupBody, type SonzaiWakeups } from './wakeups.ts'
import type { SonzaiWebhooks } from './webhooks.ts'

/** The parts of Sonzai that the API serves. */
export interface SonzaiParts {
  readonly webhooks: SonzaiWebhooks
  readonly notifications: SonzaiNotifications
  readonly projectNotifications: SonzaiProjectNotifications
  readonly wakeups: SonzaiWakeups
}

interface Environment {
  readonly Variables: { readonly key: CompleteKeys['sonzai'][number] }
}

/** Creates Sonzai's management API; mount it at `/api/v1`. */
export function createSonzaiApi(parts: SonzaiParts, keys: CompleteKeys['sonzai']): Hono<Environment> {
  const { webhooks, notifications, projectNotifications, wakeups } = parts
  const api = new Hono<Environment>()

  api.use(async (context, next) => {
    const bearer = /^Bearer ([\x21-\x7e]+)$/i.exec(context.req.header('authorization') ?? '')?.[1]
    const key = findKey(keys, bearer)
    if (key === undefined) throw new SandboxError('KEY_INVALID', 'send Authorization: Bearer with a valid API key')
    context.set('key', key)
    await next()
  })

  // Without a project in the path, the project of the key applies.
  for (const scope of ['', '/projects/:projectId'] as const) {
    api.get(`${scope}/webhooks`, (context) =>
      context.json({ webhooks: webhooks.list(projectOf(context)).map(toWebhookBody) }),
    )
    api.put(`${scope}/webhooks/:eventType`, async (context) => {
      const projectId = projectOf(context)
      const { webhook_url: webhookUrl, auth_header: authHeader } = await readBody(context, RegisterRequest)
      const options = { webhookUrl, authHeader: authHeader === '' ? undefined : authHeader }
      const { signingSecret } = webhooks.register(projectId, eventTypeOf(context), options)
      return context.json({ success: true, signing_secret: signingSecret })
    })
    api.delete(`${scope}/webhooks/:eventType`, (context) => {
      webhooks.remove(projectOf(context), eventTypeOf(context))
      return context.body(null, 204)
    })
    api.get(`${scope}/webhooks/:eventType/attempts`, (context) => {
      const page = cutPage(webhooks.attempts(projectOf(context), eventTypeOf(context)), {
        limit: sizeOf(context, 'page_size'),
        cursor: context.req.query('cursor'),
      })
      const attempts = page.items.map((attempt) => toAttemptBody(projectOf(context), attempt))
      const { nextCursor } = page
      return context.json({ attempts, has_more: nextCursor !== undefined, next_cursor: nextCursor })
    })
    api.post(`${scope}/webhooks/:eventType/rotate-secret`, (context) => {
      const { signingSecret } = webhooks.rotate(projectOf(context), eventTypeOf(context))
      return context.json({ success: true, signing_secret: signingSecret })
    })
  }

  const projectQueue = '/projects/:projectId/notifications'
  api.get(projectQueue, (context) => {
    const limit = sizeOf(context, 'limit', 200)
    const found = projectNotifications.pending(projectOf(context), toFilter(context.req.query())).slice(0, limit)
    return context.json({ notifications: found.map(toProjectNotificationBody), count: found.length })
  })
  api.post(`${projectQueue}/acknowledge`, async (context) => {
    const projectId = projectOf(context)
    const { notification_ids: ids } = await readBody(context, AcknowledgeRequest)
    return context.json({ acknowledged: projectNotifications.acknowledge(projectId, ids ?? []) })
  })
  api.post(`${projectQueue}/acknowledge-all`, async (context) => {
    const projectId = projectOf(context)
    // A filter that is overlooked would acknowledge everything.
    const hasBody = (await context.req.text()) !== ''
    const body = hasBody ? await readBody(context, AcknowledgeAllRequest) : {}
    const filters = [context.req.query(), body].map(toFilter)
    return context.json({ acknowledged: projectNotifications.acknowledgeAll(projectId, ...filters) })
  })

  api.get('/agents/:agentId/notifications', (context) => {
    const { status = 'pending', user_id: userId } = context.req.query()
    const filter = { status, userId, limit: sizeOf(context, 'limit') }
    const found = notifications.list(context.req.param('agentId'), filter)
    return context.json(toListBody(found.map(toNotificationBody)))
  })
  api.get('/agents/:agentId/notifications/history', (context) => {
    const found = notifications.history(context.req.param('agentId'), { limit: sizeOf(context, 'limit') })
    return context.json(toListBody(found.map(toNotificationBody)))
  })
  api.post('/agents/:agentId/notifications/:messageId/consume', (context) => {
    notifications.consume(context.req.param('agentId'), context.req.param('messageId'))
    return context.json({ success: true })
  })
  api.get('/agents/:agentId/wakeups', (context) => {
    const filter = { status: context.req.query('status'), limit: sizeOf(context, 'limit') }
    return context.json({ wakeups: wakeups.list(context.req.param('agentId'), filter).map(toWakeupBody) })
  })
  api.post('/agents/:agentId/wakeups', async (context) => {
    const request = await readBody(context, WakeupRequest)
    const wakeup = wakeups.schedule(context.get('key').projectId, context.req.param('agentId'), request)
    return context.json(toWakeupBody(wakeup))
  })

  // Not `notFound`: a mounted app ignores it.
  api.all('*', (context) => toProblem(new SandboxError('NOT_FOUND', 'there is no such path or method'), context))
  api.onError(toProblem)
  return api
}

function projectOf(context: Context<Environment>): string {
  const { projectId: own, projects } = context.get('key')
  const projectId = context.req.param('projectId') ?? own
  const isAllowed = projectId === own || projects === undefined || projects.includes(projectId)
  if (!isAllowed) throw new SandboxError('KEY_FORBIDDEN', 'the API key has no access to this project')
  return projectId
}

function eventTypeOf(context: Context<Environment>): SonzaiWebhook['eventType'] {
  return context.req.param('eventType') ?? ''
}

function sizeOf(context: Context, name: 'limit' | 'page_size', most = 500): number {
  return readWholeNumber(name, context.req.query(name), { least: 1, most, standIn: 50 })
}

function toFilter(members: z.output<typeof AcknowledgeAllRequest>): ProjectNotificationFilter {
  return { agentId: members.agent_id, eventType: members.event_type }
}

// The documents say `items`, the platform's SDK `notifications`.
function toListBody(items: readonly object[]): object {
  return { items, notifications: items }
}
