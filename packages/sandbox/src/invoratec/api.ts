import { Hono, type Context } from 'hono'
import { SandboxError } from '../error.ts'
import { readJsonObject, readWholeNumber } from '../http/read-request.ts'
import { findKey, type CompleteKeys } from '../keys.ts'
import type { InvoratecWebhook } from '../state/state.ts'
import { invoratecEventTypes } from './events.ts'
import type { InvoratecLogs } from './logs.ts'
import type { InvoratecWebhooks } from './webhooks.ts'

interface Environment {
  readonly Variables: { readonly key: CompleteKeys['invoratec'][number] }
}

/** Creates Invoratec's management API; mount it at `/v1/events`. */
export function createInvoratecApi(
  webhooks: InvoratecWebhooks,
  logs: InvoratecLogs,
  keys: CompleteKeys['invoratec'],
): Hono<Environment> {
  const api = new Hono<Environment>()

  api.use(async (context, next) => {
    const key = findKey(keys, context.req.header('x-api-key'))
    if (key === undefined) throw new SandboxError('KEY_INVALID', 'send X-API-Key with a valid API key')
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

  api.post('/webhooks', async (context) => {
    const { developerId } = requireWrite(context)
    const made = webhooks.register(developerId, await readJsonObject(context))
    return context.json(toCreatedBody(made), 201)
  })
  api.get('/webhooks', (context) => {
    const found = webhooks.list(context.get('key').developerId)
    return context.json({ webhooks: found.map(toListedBody), eventTypes: invoratecEventTypes })
  })
  api.delete('/webhooks/:id', (context) => {
    webhooks.remove(requireWrite(context).developerId, context.req.param('id'))
    return context.json({ success: true })
  })
  api.get('/types', (context) => context.json({ eventTypes: invoratecEventTypes }))
  api.get('/logs', (context) => {
    const limit = readWholeNumber('limit', context.req.query('limit'), { least: 1, most: 1000, standIn: 100 })
    const found = logs.list(context.get('key').developerId, limit)
    return context.json({ logs: found.map(({ id: _id, ...log }) => ({ _id, ...log })) })
  })

  // Not `notFound`: a mounted app ignores it.
  api.all('*', () => toAnswer(new SandboxError('NOT_FOUND', 'there is no such path or method')))
  api.onError((error) => toAnswer(error))
  return api
}

function requireWrite(context: Context<Environment>): CompleteKeys['invoratec'][number] {
  const key = context.get('key')
  if (!key.canWrite) throw new SandboxError('KEY_FORBIDDEN', 'the API key has no write permission')
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
