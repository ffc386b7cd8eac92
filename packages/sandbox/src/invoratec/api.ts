import { Hono, type Context } from 'hono'
import { SandboxError } from '../error.ts'
import { readApiKey, readJsonObject, readWholeNumber } from '../http/read-request.ts'
import { allows, findKey, type CompleteInvoratecKey, type InvoratecPermission } from '../keys.ts'
import type { InvoratecWebhook } from '../state/state.ts'
import type { InvoratecApiKeys } from './api-keys.ts'
import { invoratecEventTypes } from './events.ts'
import type { InvoratecLogs } from './logs.ts'
import type { InvoratecWebhooks } from './webhooks.ts'

interface Environment {
  readonly Variables: { readonly key: CompleteInvoratecKey }
}

interface Parts {
  readonly webhooks: InvoratecWebhooks
  readonly logs: InvoratecLogs
  readonly apiKeys: InvoratecApiKeys
}

/** Creates Invoratec's management APIs; mount them at `/v1/events` and `/v1/auth`. */
export function createInvoratecApis(
  { webhooks, logs, apiKeys }: Parts,
  keys: readonly CompleteInvoratecKey[],
): { readonly events: Hono<Environment>; readonly auth: Hono<Environment> } {
  const identify = (context: Context): CompleteInvoratecKey | undefined =>
    findKey([...keys, ...apiKeys.all()], readApiKey(context))
  return { events: createEventsApi(webhooks, logs, identify), auth: createAuthApi(apiKeys, logs, identify) }
}

type Identify = (context: Context) => CompleteInvoratecKey | undefined

function createApi(logs: InvoratecLogs, identify: Identify): Hono<Environment> {
  const api = new Hono<Environment>()
  api.use(async (context, next) => {
    const key = identify(context)
    if (key === undefined)
      throw new SandboxError('KEY_INVALID', 'send X-API-Key, or Authorization: Bearer, with a valid API key')
    context.set('key', key)
    const startedAt = performance.now()
    await next()
    logs.add({
      userId: key.developerId,
      endpoint: context.req.path,
      method: context.req.method,
      status: context.res.status,
      responseTime: Math.round(performance.now() - startedAt),
    })
  })
  api.onError((error) => toAnswer(error))
  return api
}

// Not `notFound`: a mounted app ignores it.
function refuseTheRest(api: Hono<Environment>): Hono<Environment> {
  api.all('*', () => toAnswer(new SandboxError('NOT_FOUND', 'there is no such path or method')))
  return api
}

function createAuthApi(apiKeys: InvoratecApiKeys, logs: InvoratecLogs, identify: Identify): Hono<Environment> {
  const api = createApi(logs, identify)
  api.post('/api-keys', async (context) => {
    const { developerId } = demand(context, 'admin')
    return context.json(apiKeys.create(developerId, await readJsonObject(context)), 201)
  })
  return refuseTheRest(api)
}

function createEventsApi(webhooks: InvoratecWebhooks, logs: InvoratecLogs, identify: Identify): Hono<Environment> {
  const api = createApi(logs, identify)
  api.post('/webhooks', async (context) => {
    const { developerId } = demand(context, 'write')
    const made = webhooks.register(developerId, await readJsonObject(context))
    return context.json(toCreatedBody(made), 201)
  })
  api.get('/webhooks', (context) => {
    const found = webhooks.list(context.get('key').developerId)
    return context.json({ webhooks: found.map(toListedBody), eventTypes: invoratecEventTypes })
  })
  api.delete('/webhooks/:id', (context) => {
    webhooks.remove(demand(context, 'write').developerId, context.req.param('id'))
    return context.json({ success: true })
  })
  api.get('/types', (context) => context.json({ eventTypes: invoratecEventTypes }))
  api.get('/logs', (context) => {
    const limit = readWholeNumber('limit', context.req.query('limit'), { least: 1, most: 1000, standIn: 100 })
    const found = logs.list(context.get('key').developerId, limit)
    return context.json({ logs: found.map(({ id: _id, ...log }) => ({ _id, ...log })) })
  })

  return refuseTheRest(api)
}

function demand(context: Context<Environment>, permission: InvoratecPermission): CompleteInvoratecKey {
  const key = context.get('key')
  if (!allows(key, permission)) throw new SandboxError('KEY_FORBIDDEN', `the API key has no ${permission} permission`)
  return key
}

/** A new webhook as on the wire; the secret is not shown. */
function toCreatedBody(webhook: InvoratecWebhook): object {
  const { id, developerId, event, url, filter, createdAt, lastTriggered, failCount } = webhook
  return { id, developerId, event, url, filter, enabled: true, createdAt, lastTriggered, failCount }
}

/** A webhook in the list, as on the wire. */
function toListedBody({ id: _id, event, url, lastTriggered, failCount, createdAt }: InvoratecWebhook): object {
  return { _id, event, url, enabled: true, lastTriggered, failCount, createdAt }
}

/** Converts an error to Invoratec's answer. The documents name the statuses, but no body. */
function toAnswer(error: unknown): Response {
  const { status, message } = SandboxError.is(error) ? error : { status: 500, message: 'the sandbox failed' }
  return Response.json({ error: message }, { status: status === 422 ? 400 : status })
}
