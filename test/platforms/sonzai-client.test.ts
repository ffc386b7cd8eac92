import { describe, expect, it } from 'vitest'
import { apiKey, sonzaiAt } from '../support/platforms/clients.ts'
import { serve } from '../support/platforms/http-server.ts'

const api = '/api/v1'

describe('createSonzaiClient', () => {
  it('sends the documented requests', async () => {
    const server = await serve(({ url }) => ({
      json: url.includes('wakeups')
        ? { wakeup_id: 'wk_1' }
        : url.includes('rotate')
          ? { signing_secret: 'whsec_new' }
          : { success: true },
    }))
    const { webhooks, notifications, agents } = sonzaiAt(server.url)
    const registration = { webhookUrl: 'https://example.com/hook', authHeader: 'Bearer mine' }
    const scheduledAt = new Date('2026-11-21T14:30:00Z')

    await webhooks.register('agent.message', registration)
    await webhooks.register('a/b?c', { webhookUrl: registration.webhookUrl })
    await webhooks.list()
    await webhooks.delete('agent.message')
    await webhooks.listDeliveryAttempts('agent.message', { pageSize: 5, cursor: 'c&1' })
    await webhooks.rotateSecret('agent.message')
    await webhooks.registerForProject('p 1', 'agent.message', registration)
    await webhooks.listForProject('p 1')
    await webhooks.deleteForProject('p 1', 'agent.message')
    await webhooks.listDeliveryAttemptsForProject('p 1', 'agent.message')
    await webhooks.rotateSecretForProject('p 1', 'agent.message')
    await notifications.list('agent-id', { status: 'pending', userId: 'user-123', limit: 10 })
    await notifications.consume('agent-id', 'msg/1')
    await notifications.history('agent-id', { limit: 50 })
    await agents.scheduleWakeup('agent-id', { userId: 'user-123', scheduledAt, context: 'Check in' })
    await agents.getWakeups('agent-id', { status: 'pending', limit: 7 })
    await agents.scheduleWakeup('agent-id', { userId: 'u', delayHours: 2, checkType: 'custom', intent: 'say hello' })

    const body = { webhook_url: 'https://example.com/hook', auth_header: 'Bearer mine' }
    expect(server.seen.map((one) => [one.method, one.url, one.body])).toEqual([
      ['PUT', `${api}/webhooks/agent.message`, body],
      ['PUT', `${api}/webhooks/a%2Fb%3Fc`, { webhook_url: 'https://example.com/hook' }],
      ['GET', `${api}/webhooks`, undefined],
      ['DELETE', `${api}/webhooks/agent.message`, undefined],
      ['GET', `${api}/webhooks/agent.message/attempts?page_size=5&cursor=c%261`, undefined],
      ['POST', `${api}/webhooks/agent.message/rotate-secret`, undefined],
      ['PUT', `${api}/projects/p%201/webhooks/agent.message`, body],
      ['GET', `${api}/projects/p%201/webhooks`, undefined],
      ['DELETE', `${api}/projects/p%201/webhooks/agent.message`, undefined],
      ['GET', `${api}/projects/p%201/webhooks/agent.message/attempts`, undefined],
      ['POST', `${api}/projects/p%201/webhooks/agent.message/rotate-secret`, undefined],
      ['GET', `${api}/agents/agent-id/notifications?status=pending&user_id=user-123&limit=10`, undefined],
      ['POST', `${api}/agents/agent-id/notifications/msg%2F1/consume`, undefined],
      ['GET', `${api}/agents/agent-id/notifications/history?limit=50`, undefined],
      [
        'POST',
        `${api}/agents/agent-id/wakeups`,
        {
          user_id: 'user-123',
          check_type: 'interest_followup',
          intent: 'Check in',
          delay_hours: 3,
          scheduled_at: '2026-11-21T14:30:00.000Z',
        },
      ],
      ['GET', `${api}/agents/agent-id/wakeups?status=pending&limit=7`, undefined],
      [
        'POST',
        `${api}/agents/agent-id/wakeups`,
        { user_id: 'u', delay_hours: 2, check_type: 'custom', intent: 'say hello' },
      ],
    ])
    expect(new Set(server.seen.map(({ headers }) => headers.authorization))).toEqual(new Set([`Bearer ${apiKey}`]))
  })

  it.each([
    [{ signing_secret: 'whsec_1', secret: undefined }, 'whsec_1'],
    [{ secret: 'whsec_2' }, 'whsec_2'],
    [{ signing_secret: '', secret: 'whsec_3' }, 'whsec_3'],
    [{ signing_secret: null }, undefined],
    [{}, undefined],
  ])('reads the secret of %j as %s', async (json, secret) => {
    const server = await serve(() => ({ json: { success: true, more: 1, ...json } }))
    const answer = await sonzaiAt(server.url).webhooks.register('agent.message', { webhookUrl: 'https://example.com' })
    expect(answer.secret).toBe(secret)
    expect(answer['more']).toBe(1)
  })

  it('reads null lists as empty and keeps unknown fields', async () => {
    const webhook = { event_type: 'agent.message', webhook_url: 'https://example.com', auth_header: null, region: 'eu' }
    const server = await serve((_, count) => ({ json: { webhooks: count === 1 ? null : [webhook], extra: true } }))
    const { webhooks } = sonzaiAt(server.url)
    expect(await webhooks.list()).toEqual({ webhooks: [], extra: true })
    expect(await webhooks.list()).toEqual({ webhooks: [webhook], extra: true })
  })

  it.each([
    [{ items: [{ id: 'n1', type: 'wakeup', content: 'Hi', mood: 'calm' }] }, ['n1']],
    [{ notifications: [{ message_id: 'n2', generated_message: 'Hi' }] }, ['n2']],
    [{ items: null, notifications: null }, []],
    [{ items: [{ id: 7 }] }, ['7']],
  ])('reads the notifications of %j as %j', async (json, ids) => {
    const server = await serve(() => ({ json }))
    const { items } = await sonzaiAt(server.url).notifications.list('agent')
    expect(items.map(({ id }) => id)).toEqual(ids)
    expect(items[0]).toEqual(items.length === 0 ? undefined : expect.objectContaining({ id: ids[0] }))
  })

  it('fetches pages of attempts only as needed', async () => {
    const server = await serve(({ url }) => {
      const cursor = new URL(url, 'http://x').searchParams.get('cursor') ?? '0'
      const page = Number(cursor)
      const attempts = [1, 2].map((n) => ({ attempt_id: `${page}.${n}`, status: 'delivered' }))
      return { json: { attempts, has_more: page < 2, next_cursor: page < 2 ? String(page + 1) : undefined } }
    })
    const { webhooks } = sonzaiAt(server.url)
    const ids: string[] = []
    for await (const { attempt_id } of webhooks.iterateDeliveryAttempts('agent.message')) ids.push(attempt_id)
    expect(ids).toEqual(['0.1', '0.2', '1.1', '1.2', '2.1', '2.2'])
    for await (const attempt of webhooks.iterateDeliveryAttemptsForProject('p', 'agent.message')) {
      expect(attempt.attempt_id).toBe('0.1')
      break
    }
    expect(server.seen.map(({ url }) => url)).toEqual([
      `${api}/webhooks/agent.message/attempts`,
      `${api}/webhooks/agent.message/attempts?cursor=1`,
      `${api}/webhooks/agent.message/attempts?cursor=2`,
      `${api}/projects/p/webhooks/agent.message/attempts`,
    ])
  })

  it('rejects a cursor that repeats', async () => {
    const server = await serve(() => ({ json: { attempts: [], has_more: true, next_cursor: 'again' } }))
    const read = async (): Promise<void> => {
      for await (const _ of sonzaiAt(server.url).webhooks.iterateDeliveryAttempts('agent.message'));
    }
    await expect(read()).rejects.toMatchObject({ code: 'PLATFORM_RESPONSE_INVALID' })
    expect(server.seen).toHaveLength(2)
  })

  it('rejects a rotation whose answer has no secret', async () => {
    const server = await serve(() => ({ json: { success: true } }))
    await expect(sonzaiAt(server.url).webhooks.rotateSecret('agent.message')).rejects.toMatchObject({
      code: 'SECRET_NOT_GIVEN',
    })
  })

  it.each([
    [{ userId: 'u', intent: 'greet' }],
    [{ userId: 'u', intent: 'greet', scheduledAt: '2026-04-05T09:00:00Z', delayHours: 1 }],
    [{ userId: 'u', intent: 'greet', scheduledAt: '2026-04-05' }],
    [{ userId: 'u', intent: 'greet', scheduledAt: new Date(Number.NaN) }],
    [{ userId: 'u', intent: 'greet', delayHours: -1 }],
    [{ userId: 'u', intent: 'greet', delayHours: 0.5 }],
    [{ userId: 'u', intent: 'greet', delayHours: Number.NaN }],
    [{ userId: 'u', delayHours: 1 }],
    [{ userId: 'u', delayHours: 1, intent: null }],
    [{ userId: 'u', delayHours: 1, intent: 'greet', context: 'say hello' }],
  ])('rejects a wakeup at %j', async (options) => {
    const server = await serve(() => ({ json: {} }))
    const { agents } = sonzaiAt(server.url)
    await expect(agents.scheduleWakeup('agent', options as never)).rejects.toMatchObject({
      code: 'PLATFORM_OPTION_INVALID',
    })
    expect(server.seen).toEqual([])
  })
})
