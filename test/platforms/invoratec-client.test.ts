import { createInvoratecClient } from '@sallyport/platforms'
import { describe, expect, it } from 'vitest'
import { invoratecAt } from '../support/platforms/clients.ts'
import { serve } from '../support/platforms/http-server.ts'

const made = {
  id: '665f1a2b3c4d5e6f7a8b9c0d',
  developerId: 'user_123',
  event: 'workflow.completed',
  url: 'https://my-server.com/webhooks/workflow',
  filter: {},
  enabled: true,
  createdAt: '2026-04-12T08:00:00.000Z',
  lastTriggered: null,
  failCount: 0,
}

describe('createInvoratecClient', () => {
  it('rejects a key or secret with white space or quotes around it', async () => {
    expect(() => createInvoratecClient({ apiKey: 'claw_key\n' })).toThrow(
      'invoratec: An option or a parameter is invalid: apiKey has a trailing newline; remove it (echo adds one)',
    )
    expect(() => createInvoratecClient({ apiKey: '"claw_key"' })).toThrow('apiKey has quotes around it; remove them')
    const server = await serve(() => ({ status: 201, json: made }))
    const work = invoratecAt(server.url).webhooks.register({ event: made.event, url: made.url, secret: 'my-secret\n' })
    await expect(work).rejects.toMatchObject({
      code: 'PLATFORM_OPTION_INVALID',
      message: expect.stringContaining('a secret has a trailing newline; remove it (echo adds one)'),
    })
    expect(server.seen).toEqual([])
  })

  it('sends documented requests and reads documented answers', async () => {
    const eventTypes = ['app.installed', 'tool.executed']
    const listed = {
      _id: '665f',
      event: 'workflow.completed',
      url: made.url,
      enabled: true,
      failCount: 0,
      lastTriggered: null,
    }
    const log = {
      _id: '1',
      userId: 'user_123',
      endpoint: '/v1/ai/chat',
      method: 'POST',
      status: 200,
      responseTime: 1500,
    }
    const server = await serve(({ method, url }) => {
      if (method === 'POST') return { status: 201, json: made }
      if (method === 'DELETE') return { json: { success: true } }
      if (url.includes('types')) return { json: { eventTypes } }
      if (url.includes('logs')) return { json: { logs: [log] } }
      return { json: { webhooks: [listed], eventTypes } }
    })
    const { webhooks, events } = invoratecAt(server.url)
    const webhook = { event: made.event, url: made.url, secret: 'my-webhook-secret', filter: { toolName: 'x' } }

    expect(await webhooks.register(webhook)).toEqual(made)
    expect(await webhooks.list()).toEqual({ webhooks: [{ ...listed, id: '665f' }], eventTypes })
    await webhooks.delete('665f/1')
    expect(await events.types()).toEqual({ eventTypes })
    expect(await events.logs({ limit: 50 })).toEqual({ logs: [log] })
    await events.logs()

    expect(server.seen.map((one) => [one.method, one.url, one.body])).toEqual([
      ['POST', '/v1/events/webhooks', webhook],
      ['GET', '/v1/events/webhooks', undefined],
      ['DELETE', '/v1/events/webhooks/665f%2F1', undefined],
      ['GET', '/v1/events/types', undefined],
      ['GET', '/v1/events/logs?limit=50', undefined],
      ['GET', '/v1/events/logs', undefined],
    ])
    expect(new Set(server.seen.map(({ headers }) => headers['x-api-key']))).toEqual(new Set(['claw_0123456789']))
  })

  it('sends its key as a bearer token if asked to', async () => {
    const server = await serve(() => ({ json: { eventTypes: [] } }))
    const client = createInvoratecClient({ apiKey: 'claw_key', baseUrl: server.url, keyHeader: 'authorization' })
    await client.events.types()
    expect(server.seen[0]!.headers).toMatchObject({ authorization: 'Bearer claw_key' })
    expect(server.seen[0]!.headers).not.toHaveProperty('x-api-key')
    const wrong = { apiKey: 'claw_key', keyHeader: 'cookie' as never }
    expect(() => createInvoratecClient(wrong)).toThrow("keyHeader must be 'x-api-key' or 'authorization'")
  })

  it('makes API keys, once', async () => {
    let status = 201
    const server = await serve(() => ({ status, json: { key: 'claw_new', secret: 's' } }))
    const { apiKeys } = invoratecAt(server.url)
    expect(await apiKeys.create({ name: 'ci', permissions: ['write'] })).toEqual({ key: 'claw_new', secret: 's' })
    status = 503
    await expect(apiKeys.create()).rejects.toMatchObject({ code: 'PLATFORM_UNAVAILABLE' })
    expect(server.seen.map(({ method, url, body }) => [method, url, body])).toEqual([
      ['POST', '/v1/auth/api-keys', { name: 'ci', permissions: ['write'] }],
      ['POST', '/v1/auth/api-keys', {}],
    ])
  })

  it('reads null lists as empty', async () => {
    const server = await serve(() => ({ json: { webhooks: null, eventTypes: null, logs: null } }))
    const { webhooks, events } = invoratecAt(server.url)
    expect((await webhooks.list()).webhooks).toEqual([])
    expect((await events.types()).eventTypes).toEqual([])
    expect((await events.logs()).logs).toEqual([])
  })

  it('reads answers without the members that are not promised', async () => {
    const listed = { _id: '665f', event: null }
    const server = await serve(({ method }) =>
      method === 'POST'
        ? { status: 201, json: { id: '665f' } }
        : { json: { webhooks: [null, listed], eventTypes: [null, 'app.installed'], logs: [null, { _id: '1' }] } },
    )
    const { webhooks, events } = invoratecAt(server.url)
    expect(await webhooks.register({ event: made.event, url: made.url })).toEqual({ id: '665f' })
    expect((await webhooks.list()).webhooks).toEqual([{ ...listed, id: '665f' }])
    expect((await events.types()).eventTypes).toEqual(['app.installed'])
    expect((await events.logs()).logs).toEqual([{ _id: '1' }])
  })

  it('rejects a webhook without an id', async () => {
    const server = await serve(() => ({ json: { webhooks: [{ event: 'tool.executed', url: made.url }] } }))
    await expect(invoratecAt(server.url).webhooks.list()).rejects.toMatchObject({
      code: 'PLATFORM_RESPONSE_INVALID',
      message: expect.stringContaining('webhooks.0.id'),
    })
  })

  it('never retries creating a webhook', async () => {
    const server = await serve(() => ({ status: 503 }))
    await expect(invoratecAt(server.url).webhooks.register(made)).rejects.toMatchObject({
      code: 'PLATFORM_UNAVAILABLE',
    })
    expect(server.seen).toHaveLength(1)
  })
})
