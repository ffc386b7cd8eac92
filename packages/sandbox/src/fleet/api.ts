import { Hono } from 'hono'
import { SandboxError } from '../error.ts'
import { cutPage } from '../http/page.ts'
import { readApiKey, readJsonObject, readWholeNumber } from '../http/read-request.ts'
import { findKey, type CompleteKeys } from '../keys.ts'
import type { FleetWebhook } from '../state/state.ts'
import type { FleetWebhooks } from './webhooks.ts'

/** Creates Fleet's management API; mount it at `/v1/platform/fleet-webhooks`. */
export function createFleetApi(webhooks: FleetWebhooks, keys: CompleteKeys['fleet']): Hono {
  const api = new Hono()

  api.use(async (context, next) => {
    if (findKey(keys, readApiKey(context)) !== undefined) return next()
    throw new SandboxError('KEY_INVALID', 'send X-API-Key or Authorization: Bearer with a valid API key')
  })

  api.get('/', (context) => {
    const { page_size: size, cursor } = context.req.query()
    const limit = readWholeNumber('page_size', size, { least: 1, most: 100, standIn: 100 })
    const { items, nextCursor } = cutPage(webhooks.list(), { limit, cursor })
    return context.json({ items: items.map(toBody), next_cursor: nextCursor ?? null })
  })
  api.post('/', async (context) => context.json(toBody(webhooks.register(await readJsonObject(context))), 201))
  api.get('/:id', (context) => context.json(toBody(webhooks.get(context.req.param('id')))))
  api.patch('/:id', async (context) => {
    const changes = await readJsonObject(context)
    return context.json(toBody(webhooks.edit(context.req.param('id'), changes)))
  })
  api.delete('/:id', (context) => {
    webhooks.remove(context.req.param('id'))
    return context.body(null, 204)
  })
  api.post('/:id/run', async (context) => {
    // The body is what the receiver gets; Fleet's own client puts the agent into it.
    const delivery = webhooks.send(context.req.param('id'), await readJsonObject(context))
    const { attempts } = await delivery.finished
    const last = attempts.at(-1)
    if (last === undefined || last.responseCode === 0)
      return context.text(`The receiver cannot be reached: ${last?.errorMessage ?? 'the sandbox stopped'}`, 502)
    return context.json({
      upstream_body: last.responseBody ?? '',
      upstream_content_type: last.responseContentType ?? '',
      upstream_status_code: last.responseCode,
    })
  })

  // Not `notFound`: a mounted app ignores it.
  api.all('*', () => toAnswer(new SandboxError('NOT_FOUND', 'there is no such path or method')))
  api.onError((error) => toAnswer(error))
  return api
}

/** A webhook as on the wire. Like the platform, it never shows header values. */
function toBody({ id, name, url, headers, fields, createdAt, updatedAt }: FleetWebhook): object {
  return {
    id,
    name,
    url,
    headers: Object.fromEntries(Object.keys(headers).map((header) => [header, '********'])),
    form_schema: { fields },
    created_at: createdAt,
    updated_at: updatedAt,
  }
}

/** Converts an error to Fleet's answer. */
function toAnswer(error: unknown): Response {
  const { status, message } = SandboxError.is(error) ? error : { status: 500, message: 'the sandbox failed' }
  return Response.json({ detail: message }, { status })
}
