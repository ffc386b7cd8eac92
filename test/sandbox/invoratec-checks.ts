import { fixtures } from 'sallyport/testing'
import { expect } from 'vitest'
import { call, keys, type Bench } from '../support/sandbox/open-sandbox.ts'
import { finish, hmacHex, startCatcher, type PlatformCheck } from '../support/sandbox/open-platform.ts'

const key = keys.invoratec
const base = '/v1/events'
const secret = 'my-webhook-secret'
const isTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const isId = expect.stringMatching(/^[0-9a-f]{24}$/)
const documentedTypes = [
  'app.installed',
  'app.configured',
  'tool.executed',
  'tool.failed',
  'knowledge.updated',
  'graph.synced',
  'workflow.completed',
  'workflow.failed',
  'alert.triggered',
  'ai.conversation',
]

/** The documented fields of `data`, by event. */
const documentedFields = {
  'tool.executed': 'toolName, input, result, elapsed_ms',
  'tool.failed': 'toolName, input, error',
  'workflow.completed': 'workflowId, workflowName, runId, status, stepResults',
  'workflow.failed': 'workflowId, workflowName, runId, error',
  'knowledge.updated': 'knowledgeId, action, documentTitle',
  'graph.synced': 'graphId, nodesWritten, edgesWritten',
  'alert.triggered': 'alertType, source, message, severity',
  'ai.conversation': 'model, inputTokens, outputTokens',
  'app.installed': 'appId, appName',
  'app.configured': 'appId, appName',
}

/** Registers a webhook, triggers the event, and catches what is sent. */
async function sendOne(bench: Bench, event = 'tool.executed', own: { secret?: string } = { secret }) {
  const sandbox = await bench.start()
  const { url, requests } = await startCatcher(bench)
  const webhook = sandbox.invoratec.register({ event, url, ...own })
  await finish(sandbox.invoratec.trigger(event))
  expect(requests).toHaveLength(1)
  return { sandbox, webhook, request: requests[0]!, url }
}

/** Registers a webhook for each event over HTTP, triggers it and receives the documented fields. */
const eventChecks: Readonly<Record<string, PlatformCheck>> = Object.fromEntries(
  Object.entries(documentedFields).map(([event, fields]) => [
    `event ${event}: ${fields}`,
    async (bench: Bench) => {
      const sandbox = await bench.start()
      const { url, requests } = await startCatcher(bench)
      const made = await call(sandbox, 'POST', `${base}/webhooks`, { key, body: { event, url, secret } })
      expect(made.status).toBe(201)
      await finish(sandbox.invoratec.trigger(event))
      const { data } = requests[0]!.json as { data: object }
      expect(Object.keys(data).toSorted()).toEqual(fields.split(', ').toSorted())
      expect(data).toEqual(
        (fixtures['invoratec']![event]!({ now: new Date(), id: '', type: event }) as (typeof requests)[0]['json'])[
          'data'
        ],
      )
    },
  ]),
)

const ownChecks: Readonly<Record<string, PlatformCheck>> = {
  'header Content-Type: application/json': async (bench) => {
    expect((await sendOne(bench)).request.headers['content-type']).toBe('application/json')
  },
  'header X-Webhook-Event': async (bench) => {
    expect((await sendOne(bench, 'graph.synced')).request.headers['x-webhook-event']).toBe('graph.synced')
  },
  'header X-Webhook-Timestamp': async (bench) => {
    const { request } = await sendOne(bench)
    expect(request.headers['x-webhook-timestamp']).toBe(new Date(bench.clock.now()).toISOString())
  },
  'header X-Webhook-Signature: sha256=<hex> over the raw body': async (bench) => {
    const { request } = await sendOne(bench)
    expect(request.headers['x-webhook-signature']).toBe(`sha256=${hmacHex(secret, request.body)}`)
  },
  'the signature only where the webhook has a secret': async (bench) => {
    const { request } = await sendOne(bench, 'tool.executed', {})
    expect(Object.keys(request.headers).filter((name) => name.startsWith('x-webhook-'))).toEqual([
      'x-webhook-event',
      'x-webhook-timestamp',
    ])
  },
  'body event, timestamp, data': async (bench) => {
    const { request } = await sendOne(bench)
    expect(request.json).toEqual({
      event: 'tool.executed',
      timestamp: request.headers['x-webhook-timestamp'],
      data: expect.any(Object),
    })
  },
  'X-API-Key: claw_…': async (bench) => {
    const sandbox = await bench.start({
      keys: {
        invoratec: [
          { key: 'claw_a', developerId: 'a' },
          { key: 'claw_b', developerId: 'b' },
        ],
      },
    })
    for (const wrong of [
      {},
      { 'x-api-key': 'claw_c' },
      { authorization: 'Bearer claw_c' },
      { authorization: 'claw_a' },
    ]) {
      const answer = await call(sandbox, 'GET', `${base}/webhooks`, { key: wrong })
      expect(answer).toMatchObject({ status: 401, body: { error: expect.any(String) } })
    }
    // Developers see their own webhooks only.
    const body = { event: 'tool.executed', url: 'https://a.example' }
    const made = await call(sandbox, 'POST', `${base}/webhooks`, { key: { 'x-api-key': 'claw_a' }, body })
    const other = { 'x-api-key': 'claw_b' }
    expect((await call(sandbox, 'GET', `${base}/webhooks`, { key: other })).body).toMatchObject({ webhooks: [] })
    const path = `${base}/webhooks/${(made.body as { id: string }).id}`
    expect((await call(sandbox, 'DELETE', path, { key: other })).status).toBe(404)
  },
  'Authorization: Bearer claw_…': async (bench) => {
    const sandbox = await bench.start()
    const bearer = { authorization: 'Bearer claw_sandbox' }
    const body = { event: 'tool.executed', url: 'https://a.example' }
    expect((await call(sandbox, 'POST', `${base}/webhooks`, { key: bearer, body })).status).toBe(201)
    expect((await call(sandbox, 'GET', `${base}/webhooks`, { key: bearer })).body).toMatchObject({ webhooks: [body] })
  },
  'permissions read, write, admin': async (bench) => {
    const permissions = ['read', 'write', 'admin'] as const
    const sandbox = await bench.start({
      keys: { invoratec: permissions.map((permission) => ({ key: `claw_${permission}`, permissions: [permission] })) },
    })
    const statuses = async (method: string, path: string, body?: object): Promise<number[]> => {
      const seen: number[] = []
      for (const permission of permissions)
        seen.push((await call(sandbox, method, path, { key: { 'x-api-key': `claw_${permission}` }, body })).status)
      return seen
    }
    expect(await statuses('GET', `${base}/webhooks`)).toEqual([200, 200, 200])
    const webhook = { event: 'tool.executed', url: 'https://a.example' }
    expect(await statuses('POST', `${base}/webhooks`, webhook)).toEqual([403, 201, 201])
    expect(await statuses('DELETE', `${base}/webhooks/none`)).toEqual([403, 404, 404])
    expect(await statuses('POST', '/v1/auth/api-keys', {})).toEqual([403, 403, 201])
  },
  'POST /auth/api-keys': async (bench) => {
    const sandbox = await bench.start()
    const create = (body: object) => call(sandbox, 'POST', '/v1/auth/api-keys', { key, body })
    const made = await create({ name: 'ci', permissions: ['write'] })
    expect(made).toMatchObject({
      status: 201,
      body: { key: expect.stringMatching(/^claw_[0-9a-f]{48}$/), secret: expect.any(String) },
    })
    const own = { 'x-api-key': (made.body as { key: string }).key }
    const webhook = { event: 'tool.executed', url: 'https://a.example' }
    expect((await call(sandbox, 'POST', `${base}/webhooks`, { key: own, body: webhook })).status).toBe(201)
    expect((await call(sandbox, 'POST', '/v1/auth/api-keys', { key: own, body: {} })).status).toBe(403)
    for (const permissions of [[], ['root'], 'write']) expect((await create({ permissions })).status).toBe(400)
    expect((await create({ name: 7 })).status).toBe(400)
  },
  'POST /events/webhooks 201': async (bench) => {
    const sandbox = await bench.start()
    const body = { event: 'workflow.completed', url: 'https://my-server.com/webhooks/workflow', secret, filter: {} }
    expect(await call(sandbox, 'POST', `${base}/webhooks`, { key, body })).toMatchObject({
      status: 201,
      body: {
        id: isId,
        developerId: 'user_sandbox',
        event: 'workflow.completed',
        url: 'https://my-server.com/webhooks/workflow',
        filter: {},
        enabled: true,
        createdAt: isTime,
        lastTriggered: null,
        failCount: 0,
      },
    })
    const { secret: _secret, ...unsigned } = body
    const answer = await call(sandbox, 'POST', `${base}/webhooks`, { key, body: unsigned })
    expect(Object.keys(answer.body as object).toSorted()).toEqual([
      'createdAt',
      'developerId',
      'enabled',
      'event',
      'failCount',
      'filter',
      'id',
      'lastTriggered',
      'url',
    ])
  },
  'POST /events/webhooks 400': async (bench) => {
    const sandbox = await bench.start()
    const url = 'https://my-server.com/webhooks/workflow'
    for (const body of [
      { url },
      { event: 'tool.executed' },
      { event: 'tool.exploded', url },
      { event: 'constructor', url },
      { event: 'tool.executed', url: 'my-server.com' },
      { event: 'tool.executed', url, filter: [] },
      { event: 'tool.executed', url, secret: 5 },
      '{"event":',
      [],
    ]) {
      const answer = await call(sandbox, 'POST', `${base}/webhooks`, { key, body })
      expect(answer).toMatchObject({ status: 400, body: { error: expect.any(String) } })
    }
    expect(sandbox.invoratec.list()).toEqual([])
  },
  'POST /events/webhooks 403': async (bench) => {
    const sandbox = await bench.start()
    const body = { event: 'tool.executed', url: 'https://a.example' }
    const answer = await call(sandbox, 'POST', `${base}/webhooks`, { key: keys.invoratecReader, body })
    expect(answer).toMatchObject({ status: 403, body: { error: expect.stringContaining('write') } })
    expect((await call(sandbox, 'GET', `${base}/webhooks`, { key: keys.invoratecReader })).status).toBe(200)
    const path = `${base}/webhooks/000000000000000000000000`
    expect((await call(sandbox, 'DELETE', path, { key: keys.invoratecReader })).status).toBe(403)
  },
  'GET /events/webhooks': async (bench) => {
    const { sandbox, webhook, url } = await sendOne(bench)
    const read = async () => (await call(sandbox, 'GET', `${base}/webhooks`, { key })).body
    const listed = {
      _id: webhook.id,
      event: 'tool.executed',
      url,
      enabled: true,
      lastTriggered: isTime,
      failCount: 0,
      createdAt: isTime,
    }
    expect(await read()).toEqual({ webhooks: [listed], eventTypes: documentedTypes })
    sandbox.invoratec.trigger('tool.executed', { faults: ['drop'] })
    await sandbox.idle()
    expect(await read()).toMatchObject({ webhooks: [{ failCount: 1 }] })
    // A success ends the count.
    bench.clock.advance(60_000)
    await sandbox.settled()
    expect(await read()).toMatchObject({ webhooks: [{ failCount: 0 }] })
  },
  'DELETE /events/webhooks/{id}': async (bench) => {
    const { sandbox, webhook } = await sendOne(bench)
    const remove = () => call(sandbox, 'DELETE', `${base}/webhooks/${webhook.id}`, { key })
    expect(await remove()).toMatchObject({ status: 200, body: { success: true } })
    expect((await remove()).status).toBe(404)
    expect(sandbox.invoratec.trigger('tool.executed')).toEqual([])
  },
  'GET /events/types': async (bench) => {
    const sandbox = await bench.start()
    const { status, body } = await call(sandbox, 'GET', `${base}/types`, { key })
    expect(status).toBe(200)
    expect(body).toEqual({ eventTypes: documentedTypes })
  },
  'GET /events/logs': async (bench) => {
    const { sandbox } = await sendOne(bench)
    await call(sandbox, 'GET', `${base}/types`, { key })
    await finish(sandbox.invoratec.trigger('ai.conversation'))
    const read = async (query: string) => (await call(sandbox, 'GET', `${base}/logs${query}`, { key })).body
    const log = (method: string, endpoint: string, status = 200) => {
      const rest = { userId: 'user_sandbox', timestamp: isTime, responseTime: expect.any(Number) }
      return { _id: isId, endpoint, method, status, ...rest }
    }
    expect(await read('?limit=50')).toEqual({
      logs: [
        log('POST', '/v1/ai/chat'),
        log('GET', '/v1/events/types'),
        log('POST', '/v1/tools/erp_get_inventory/test'),
      ],
    })
    expect(await read('?limit=1')).toEqual({ logs: [log('GET', '/v1/events/logs')] })
    expect((await call(sandbox, 'GET', `${base}/logs?limit=0`, { key })).status).toBe(400)
  },
  'filter limits deliveries to matching events': async (bench) => {
    const sandbox = await bench.start()
    const { url, requests } = await startCatcher(bench)
    const filter = { toolName: 'erp_get_inventory', input: { warehouse_id: 'WH-001' } }
    sandbox.invoratec.register({ event: 'tool.executed', url, filter })
    const trigger = async (data: object) => finish(sandbox.invoratec.trigger('tool.executed', { data: { ...data } }))
    await trigger({ toolName: 'erp_get_orders' })
    await trigger({ input: { warehouse_id: 'WH-002' } })
    await trigger({ input: 'WH-001' })
    expect(requests).toEqual([])
    await trigger({ input: { warehouse_id: 'WH-001', page: 2 } })
    expect(requests).toHaveLength(1)
  },
}

/** One check for each documented row. */
/** What Invoratec documents: each key is a row of its tables. */
export const invoratecChecks: Readonly<Record<string, PlatformCheck>> = { ...eventChecks, ...ownChecks }
