import type { Sandbox } from '@sallyport/sandbox'
import { expect } from 'vitest'
import { call, keys } from '../support/sandbox/open-sandbox.ts'
import { startCatcher, type PlatformCheck } from '../support/sandbox/open-platform.ts'

const key = keys.sonzai
const agent = '/api/v1/agents/agent-id'
const hour = 3_600_000

interface List {
  readonly items: readonly Record<string, unknown>[]
}

async function list(sandbox: Sandbox, query: string): Promise<List['items']> {
  const { status, body } = await call(sandbox, 'GET', `${agent}/notifications${query}`, { key })
  expect(status).toBe(200)
  return (body as List).items
}

async function schedule(sandbox: Sandbox, body: object) {
  return call(sandbox, 'POST', `${agent}/wakeups`, { key, body })
}

function notify(sandbox: Sandbox, content: string, userId = 'user-123') {
  return sandbox.sonzai.notify({ agentId: 'agent-id', userId, type: 'mood_change', content })
}

/** Checks of what waits in queues: notifications and wakeups. */
export const sonzaiQueueChecks: Readonly<Record<string, PlatformCheck>> = {
  'a notification has id, type, content': async (bench) => {
    const sandbox = await bench.start()
    const { id } = notify(sandbox, '早上好')
    expect(await list(sandbox, '')).toEqual([
      expect.objectContaining({ id, type: 'mood_change', content: '早上好', status: 'pending' }),
    ])
  },
  'GET /agents/{agentId}/notifications': async (bench) => {
    const sandbox = await bench.start()
    for (const content of ['one', 'two', 'three']) notify(sandbox, content)
    notify(sandbox, 'of another user', 'user-456')
    sandbox.sonzai.notify({ agentId: 'agent_other', userId: 'user-123', content: 'of another agent' })
    const contents = async (query: string) => (await list(sandbox, query)).map(({ content }) => content)
    expect(await contents('?status=pending&user_id=user-123')).toEqual(['one', 'two', 'three'])
    expect(await contents('?limit=2')).toEqual(['one', 'two'])
    expect(await contents('?status=consumed')).toEqual([])
    // The status is free text.
    expect(await contents('?status=delivered')).toEqual([])
    for (const query of ['?limit=0', '?limit=x']) {
      expect((await call(sandbox, 'GET', `${agent}/notifications${query}`, { key })).status).toBe(422)
    }
  },
  'POST /agents/{agentId}/notifications/{messageId}/consume': async (bench) => {
    const sandbox = await bench.start()
    const { id } = notify(sandbox, 'one')
    const consume = (name: string) => call(sandbox, 'POST', `${agent}/notifications/${name}/consume`, { key })
    expect(await consume(id)).toMatchObject({ status: 200, body: { success: true } })
    // A poller that was killed before it saw the answer asks again.
    expect((await consume(id)).status).toBe(200)
    expect((await consume('ntf_none')).status).toBe(404)
    expect(await list(sandbox, '')).toEqual([])
    expect(await list(sandbox, '?status=pending')).toEqual([])
    expect(await list(sandbox, '?status=consumed')).toEqual([
      expect.objectContaining({ id, consumed_at: expect.any(String) }),
    ])
  },
  'GET /agents/{agentId}/notifications/history': async (bench) => {
    const sandbox = await bench.start()
    const { id } = notify(sandbox, 'one')
    notify(sandbox, 'two')
    await call(sandbox, 'POST', `${agent}/notifications/${id}/consume`, { key })
    expect((await list(sandbox, '/history')).map(({ content, status }) => [content, status])).toEqual([
      ['two', 'pending'],
      ['one', 'consumed'],
    ])
    expect(await list(sandbox, '/history?limit=1')).toHaveLength(1)
    // A query name that is not documented is ignored.
    expect(await list(sandbox, '/history?user_id=user-456')).toHaveLength(2)
  },
  'GET /projects/{projectId}/notifications and acknowledge': async (bench) => {
    const sandbox = await bench.start()
    const queue = '/api/v1/projects/proj_sandbox/notifications'
    const add = (agent_id: string, eventType = 'agent.message') =>
      sandbox.sonzai.notifyProject(eventType, { data: { agent_id, text: 'Hi' } }).id
    const ids = [add('luna'), add('sol'), add('luna', 'on_wakeup_ready')]
    const pending = async (query = '') => {
      const { status, body } = await call(sandbox, 'GET', queue + query, { key })
      expect(status).toBe(200)
      return (body as { notifications: Record<string, unknown>[] }).notifications
    }
    const idsOf = async (query?: string) => (await pending(query)).map((one) => one['notification_id'])
    expect((await pending('?limit=1'))[0]).toMatchObject({
      notification_id: ids[0],
      project_id: 'proj_sandbox',
      agent_id: 'luna',
      event_type: 'agent.message',
      payload: { event_type: 'agent.message', agent_id: 'luna', text: 'Hi' },
      status: 'pending',
    })
    expect(await idsOf()).toEqual(ids)
    expect(await idsOf('?agent_id=luna&event_type=agent.message')).toEqual([ids[0]])
    expect((await call(sandbox, 'GET', `${queue}?limit=201`, { key })).status).toBe(422)
    const acknowledge = async (body: object) =>
      (await call(sandbox, 'POST', `${queue}/acknowledge`, { key, body })).body
    expect(await acknowledge({ notification_ids: [ids[0], 'pnt_none'] })).toEqual({ acknowledged: 1 })
    expect(await acknowledge({ notification_ids: [ids[0]] })).toEqual({ acknowledged: 0 })
    expect(await acknowledge({ notification_ids: null })).toEqual({ acknowledged: 0 })
    expect(await idsOf()).toEqual(ids.slice(1))
    expect(sandbox.sonzai.projectNotifications().map(({ status }) => status)).toEqual([
      'pending',
      'pending',
      'acknowledged',
    ])
    const other = '/api/v1/projects/proj_other/notifications'
    expect((await call(sandbox, 'GET', other, { key })).body).toEqual({ notifications: [], count: 0 })
  },
  'POST /projects/{projectId}/notifications/acknowledge-all': async (bench) => {
    const sandbox = await bench.start()
    const all = '/api/v1/projects/proj_sandbox/notifications/acknowledge-all'
    const add = (agent_id: string, eventType = 'agent.message') =>
      void sandbox.sonzai.notifyProject(eventType, { data: { agent_id } })
    for (const name of ['luna', 'sol', 'nova', 'terra']) add(name)
    const acknowledge = async (query: string, body?: object) =>
      (await call(sandbox, 'POST', all + query, { key, body })).body
    expect(await acknowledge('?agent_id=luna')).toEqual({ acknowledged: 1 })
    // An SDK sends its filter in the body: the others must stay.
    expect(await acknowledge('', { agent_id: 'sol', event_type: 'agent.message' })).toEqual({ acknowledged: 1 })
    expect(await acknowledge('?agent_id=nova', { agent_id: 'terra' })).toEqual({ acknowledged: 0 })
    expect(await acknowledge('', { agent: 'terra' })).toMatchObject({ status: 422 })
    expect(await acknowledge('', {})).toEqual({ acknowledged: 2 })
    add('luna')
    expect(await acknowledge('')).toEqual({ acknowledged: 1 })
  },
  'POST /agents/{agentId}/wakeups with scheduled_at': async (bench) => {
    const sandbox = await bench.start()
    const { url, requests } = await startCatcher(bench)
    sandbox.sonzai.register('on_wakeup_ready', { webhookUrl: url })
    const scheduledAt = new Date(bench.clock.now() + hour).toISOString()
    const request = {
      user_id: 'user-123',
      check_type: 'interest_followup',
      intent: 'Check in about the job interview preparation',
      // Overridden.
      delay_hours: 24,
      scheduled_at: scheduledAt,
    }
    const { status, body } = await schedule(sandbox, request)
    expect(status).toBe(200)
    const { delay_hours: _, ...kept } = request
    const described = { wakeup_id: expect.any(String), agent_id: 'agent-id', created_at: expect.any(String), ...kept }
    expect(body).toEqual({ ...described, status: 'pending' })
    const wakeups = async (query: string) =>
      (await call(sandbox, 'GET', `${agent}/wakeups${query}`, { key })).body as { wakeups: unknown[] }
    expect(await wakeups('')).toEqual({ wakeups: [body] })
    expect(await wakeups('?status=executed')).toEqual({ wakeups: [] })
    bench.clock.advance(hour - 1)
    await sandbox.idle()
    expect(requests).toEqual([])
    bench.clock.advance(1)
    await sandbox.settled()
    const { wakeup_id } = body as { wakeup_id: string }
    expect(requests.map(({ json }) => json)).toEqual([
      expect.objectContaining({ event_type: 'on_wakeup_ready', wakeup: expect.objectContaining({ wakeup_id }) }),
    ])
    expect(await list(sandbox, '?status=pending')).toEqual([
      expect.objectContaining({ wakeup_id, type: 'wakeup', check_type: 'interest_followup' }),
    ])
    expect(await wakeups('?status=executed&limit=1')).toEqual({
      wakeups: [{ ...described, status: 'executed', executed_at: expect.any(String) }],
    })
    expect(await schedule(sandbox, { context: 'Hi' })).toMatchObject({
      status: 422,
      body: {
        errors: [
          ...['user_id', 'check_type', 'intent', 'delay_hours'].map((name) => ({
            location: `body.${name}`,
            message: 'is required',
          })),
          { location: 'body.context', message: 'is not a documented member', value: 'Hi' },
        ],
      },
    })
    for (const wrong of [
      { user_id: '' },
      { scheduled_at: 'tomorrow' },
      { scheduled_at: '2026-02-31T99:00:00Z' },
      { scheduled_at: null },
      { delay_hours: -1 },
      { delay_hours: 0.5 },
      { delay_hours: 'soon' },
    ]) {
      expect((await schedule(sandbox, { ...request, ...wrong })).status).toBe(422)
    }
  },
  'POST /agents/{agentId}/wakeups with delay_hours': async (bench) => {
    const sandbox = await bench.start()
    const request = { user_id: 'user-123', delay_hours: 2, check_type: 'interest', intent: 'Ask about the garden' }
    const { body } = await schedule(sandbox, request)
    expect(body).toMatchObject({
      check_type: 'interest',
      intent: 'Ask about the garden',
      scheduled_at: new Date(bench.clock.now() + 2 * hour).toISOString(),
    })
    bench.clock.advance(2 * hour)
    expect(sandbox.sonzai.wakeups()).toEqual([expect.objectContaining({ status: 'executed' })])
    expect(sandbox.sonzai.notifications('agent-id')).toEqual([
      expect.objectContaining({ intent: 'Ask about the garden', status: 'pending' }),
    ])
  },
  'on_wakeup_ready: wakeup, memory_context, has_energy, generated_message': async (bench) => {
    const sandbox = await bench.start()
    const { url, requests } = await startCatcher(bench)
    sandbox.sonzai.register('on_wakeup_ready', { webhookUrl: url })
    await schedule(sandbox, { user_id: 'user-123', check_type: 'interest', intent: 'Ask', delay_hours: 0 })
    bench.clock.advance(0)
    await sandbox.settled()
    expect(requests[0]!.json).toMatchObject({
      event_type: 'on_wakeup_ready',
      agent_id: 'agent-id',
      wakeup: { wakeup_id: expect.any(String) },
      memory_context: expect.any(Object),
      has_energy: true,
      generated_message: expect.any(String),
    })
  },
}
