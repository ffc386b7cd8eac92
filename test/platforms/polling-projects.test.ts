import { createReceiver, type Receiver } from 'sallyport'
import { parseExact } from 'sallyport/provider'
import { sonzai, type SonzaiEvents } from 'sallyport/providers/sonzai'
import { PlatformError, type ProjectPollOptions } from '@sallyport/platforms'
import { beforeEach, describe, expect, it } from 'vitest'
import { serve, type Answer } from '../support/platforms/http-server.ts'
import { pollLooks } from '../support/platforms/poll-looks.ts'

let receiver: Receiver<SonzaiEvents>

beforeEach(() => {
  receiver = createReceiver(sonzai({ messageIds: true }), { secret: 'whsec_test' }).onError(() => {})
})

async function serveProject(items: unknown, acknowledge: Answer = { json: { acknowledged: 1 } }) {
  const acknowledged: unknown[] = []
  const server = await serve(({ url, method, body }) => {
    if (method === 'GET') return { json: { notifications: items, count: 0 } }
    acknowledged.push([url, body])
    return acknowledge
  })
  return Object.assign(server, { acknowledged })
}

const poll = (url: string, looks: number, options: Partial<ProjectPollOptions<SonzaiEvents>> = {}) =>
  pollLooks(url, looks, { projectId: 'proj 1', receiver, ...options })

describe('polling a project', () => {
  it('delivers payloads as the events that would be pushed', async () => {
    const service = await serveProject([
      {
        notification_id: 'p1',
        event_type: 'agent.message',
        project_id: 'proj 1',
        agent_id: 'luna',
        payload: { event_type: 'other', message_id: 'm1', text: 'Hi', agent_id: 'of the payload' },
      },
      { notification_id: 'p2', event_type: 'agent.mood_change', payload: 'a text', user_id: null },
    ])
    const seen: unknown[] = []
    receiver.onAny(({ type, data, keyId }) => void seen.push([type, keyId, data]))
    const { outcomes, errors } = await poll(service.url, 1)
    expect(errors).toEqual([])
    const keyId = 'feed:sonzai-project-notifications'
    expect(seen).toEqual([
      [
        'agent.message',
        keyId,
        expect.objectContaining({ project_id: 'proj 1', agent_id: 'of the payload', message_id: 'm1', text: 'Hi' }),
      ],
      ['agent.mood_change', keyId, expect.objectContaining({ payload: 'a text' })],
    ])
    expect(outcomes.map(({ id, consumed }) => [id, consumed])).toEqual([
      ['p1', true],
      ['p2', true],
    ])
    const path = '/api/v1/projects/proj%201/notifications/acknowledge'
    expect(service.acknowledged).toEqual([
      [path, { notification_ids: ['p1'] }],
      [path, { notification_ids: ['p2'] }],
    ])
  })

  it('filters by agent and event type', async () => {
    const service = await serveProject([])
    await poll(service.url, 1, { agentId: 'luna', eventType: 'agent.message' })
    expect(service.seen[0]!.url).toBe(
      '/api/v1/projects/proj%201/notifications?agent_id=luna&event_type=agent.message&limit=50',
    )
  })

  it('acknowledges large ids by their digits', async () => {
    const items = parseExact(`[
      {"notification_id":9007199254740992,"event_type":"agent.message","payload":{"message_id":9007199254740992}},
      {"notification_id":9007199254740993,"event_type":"agent.message","payload":{"message_id":9007199254740993}}
    ]`)
    const service = await serveProject(items)
    const ids: string[] = []
    receiver.on('agent.message', ({ id }) => void ids.push(id))
    await poll(service.url, 1)
    expect(new Set(ids).size).toBe(2)
    expect(service.acknowledged.map((one) => (one as unknown[])[1])).toEqual([
      { notification_ids: ['9007199254740992'] },
      { notification_ids: ['9007199254740993'] },
    ])
  })

  it('reports odd items once and handles the others', async () => {
    const good = { notification_id: 'p', event_type: 'agent.message', payload: { message_id: 'm' } }
    const service = await serveProject([null, { event_type: 'agent.message' }, { ...good, event_type: 7 }, good])
    const seen: unknown[] = []
    receiver.on('agent.message', ({ id }) => void seen.push(id))
    const { errors } = await poll(service.url, 3)
    expect(seen).toHaveLength(1)
    expect(errors.map((error) => PlatformError.is(error) && error.code)).toEqual(
      Array.from({ length: 3 }, () => 'NOTIFICATION_UNREADABLE'),
    )
  })

  it('pauses and reports what acknowledging does not take away', async () => {
    const item = { notification_id: 'p', event_type: 'agent.message', payload: { message_id: 'm' } }
    const service = await serveProject([item], { json: { acknowledged: 0 } })
    receiver.on('agent.message', () => {})
    const { errors, waits } = await poll(service.url, 50, { limit: 1 })
    expect(errors.map((error) => PlatformError.is(error) && error.code)).toEqual(['NOTIFICATION_STILL_PENDING'])
    expect(waits).toHaveLength(50)
    expect(service.acknowledged.length).toBeLessThan(10)
  })

  it('rejects an empty project id', async () => {
    const service = await serveProject([])
    await expect(poll(service.url, 1, { projectId: '' })).rejects.toMatchObject({ code: 'PLATFORM_OPTION_INVALID' })
  })
})
