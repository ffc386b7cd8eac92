import type { Sandbox } from '@sallyport/sandbox'
import { expect } from 'vitest'
import { call, keys, type Bench } from '../support/sandbox/open-sandbox.ts'
import {
  finish,
  hmacHex,
  startCatcher,
  type CaughtRequest,
  type PlatformCheck,
} from '../support/sandbox/open-platform.ts'
import { sonzaiQueueChecks } from './sonzai-queue-checks.ts'

const key = keys.sonzai
const base = '/api/v1'
const isTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

/** Registers, triggers, and catches what is sent. */
async function sendOne(bench: Bench, eventType = 'agent.message', authHeader?: string) {
  const sandbox = await bench.start()
  const { url, requests } = await startCatcher(bench)
  const { signingSecret = '' } = sandbox.sonzai.register(eventType, { webhookUrl: url, authHeader })
  await finish(sandbox.sonzai.trigger(eventType))
  const request = requests[0]!
  const [, t = '', v1 = ''] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['sonzai-signature'])) ?? []
  return { sandbox, request, signingSecret, t, v1, url }
}

async function put(sandbox: Sandbox, path: string, body: object) {
  return call(sandbox, 'PUT', base + path, { key, body })
}

/** The event types in the documents, those the service sends, and those it accepts at registration. */
const eventTypes = [
  'agent.message',
  'agent.mood_change',
  'agent.memory_added',
  'agent.breakthrough',
  'agent.wakeup',
  'agent.consolidation',
  'on_wakeup_ready',
  'on_recurring_event_due',
  'on_diary_generated',
  'on_personality_updated',
  'on_mood_updated',
  'on_breakthrough_detected',
  'agent.message.created',
  'session.end',
  'memory.created',
  'agent.created',
  'conversation.started',
  'conversation.message',
  'conversation.takeover.started',
  'conversation.takeover.released',
  'conversation.message.failed',
  'conversation.unrouted',
  'builtin_agent.completed',
  'lead.enriched',
  'lead.created',
  'lead.updated',
  'lead.stage_changed',
  'catalog.booking.requested',
  'inventory.updated',
  'price.changed',
  'message.received',
  'outcome.recorded',
]

/** Registers each event type over HTTP, triggers it and receives it. */
const eventChecks: Readonly<Record<string, PlatformCheck>> = Object.fromEntries(
  eventTypes.map((eventType) => [
    `event ${eventType}`,
    async (bench: Bench) => {
      const sandbox = await bench.start()
      const { url, requests } = await startCatcher(bench)
      expect((await put(sandbox, `/webhooks/${eventType}`, { webhook_url: url })).status).toBe(200)
      await finish(sandbox.sonzai.trigger(eventType))
      expect(requests.map(({ json }: CaughtRequest) => json)).toEqual([
        expect.objectContaining({ event_type: eventType, event_id: expect.any(String) }),
      ])
      expect(sandbox.sonzai.eventTypes).toContain(eventType)
    },
  ]),
)

const ownChecks: Readonly<Record<string, PlatformCheck>> = {
  'header Sonzai-Signature: t=<unix seconds>,v1=<hex>': async (bench) => {
    const { t, v1 } = await sendOne(bench)
    expect(Number(t) * 1000).toBe(bench.clock.now())
    expect(v1).toHaveLength(64)
  },
  'signed bytes <t>.<raw body>': async (bench) => {
    const { request, signingSecret, t, v1 } = await sendOne(bench)
    expect(v1).toBe(hmacHex(signingSecret.slice('whsec_'.length), `${t}.${request.body}`))
    expect(v1).not.toBe(hmacHex(signingSecret.slice('whsec_'.length), request.body))
  },
  'algorithm HMAC-SHA256, lower-case hex': async (bench) => {
    expect((await sendOne(bench)).v1).toMatch(/^[0-9a-f]{64}$/)
    // The check value of the documents.
    expect(hmacHex('fixedkey123', '1700000000.{"test":true}')).toMatch(/^[0-9a-f]{64}$/)
  },
  'key: the secret without whsec_, as text': async (bench) => {
    const { request, signingSecret, t, v1 } = await sendOne(bench)
    expect(signingSecret).toMatch(/^whsec_./)
    expect(v1).not.toBe(hmacHex(signingSecret, `${t}.${request.body}`))
    expect(v1).toBe(hmacHex(signingSecret.replace('whsec_', ''), `${t}.${request.body}`))
  },
  'tolerance 300 s': async (bench) => {
    const sandbox = await bench.start()
    const { url, requests } = await startCatcher(bench)
    sandbox.sonzai.register('agent.message', { webhookUrl: url })
    await finish(sandbox.sonzai.trigger('agent.message', { faults: ['stale'] }))
    const t = Number(/t=(\d+)/.exec(String(requests[0]!.headers['sonzai-signature']))?.[1])
    expect(bench.clock.now() / 1000 - t).toBeGreaterThan(300)
  },
  'authHeader arrives verbatim in Authorization': async (bench) => {
    const { request } = await sendOne(bench, 'agent.message', 'Bearer your-webhook-secret')
    expect(request.headers.authorization).toBe('Bearer your-webhook-secret')
    expect((await sendOne(bench)).request.headers.authorization).toBeUndefined()
  },
  'event_type stands in the body; one URL may serve many types': async (bench) => {
    const sandbox = await bench.start()
    const { url, requests } = await startCatcher(bench)
    for (const type of ['agent.message', 'session.end']) {
      sandbox.sonzai.register(type, { webhookUrl: url })
      await finish(sandbox.sonzai.trigger(type))
    }
    expect(requests.map(({ json }) => json['event_type'])).toEqual(['agent.message', 'session.end'])
  },
  'Authorization: Bearer sk_… and problem documents': async (bench) => {
    const sandbox = await bench.start({
      keys: { sonzai: [{ key: 'sk_one', projectId: 'proj_one', projects: ['proj_two'] }] },
    })
    const one = { authorization: 'Bearer sk_one' }
    for (const [path, wrong, status] of [
      ['/webhooks', {}, 401],
      ['/webhooks', { authorization: 'Bearer sk_two' }, 401],
      ['/webhooks', { authorization: 'sk_one' }, 401],
      ['/projects/proj_three/webhooks', one, 403],
      ['/nowhere', one, 404],
      ['/webhooks/agent.message/attempts', one, 404],
    ] as const) {
      const answer = await call(sandbox, 'GET', base + path, { key: wrong })
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(answer.status).toBe(status)
      expect(answer.body).toEqual({ status, title: expect.any(String), detail: expect.any(String) })
    }
    expect((await call(sandbox, 'GET', `${base}/projects/proj_two/webhooks`, { key: one })).status).toBe(200)
  },
  'PUT /webhooks/{eventType}': async (bench) => {
    const sandbox = await bench.start()
    const body = { webhook_url: 'https://your-server.com/webhooks/sonzai', auth_header: 'Bearer your-webhook-secret' }
    const answer = await put(sandbox, '/webhooks/agent.message', body)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ success: true, signing_secret: expect.stringMatching(/^whsec_.{32,}$/) })
    for (const [wrong, status] of [
      [{}, 422],
      [{ webhook_url: 'ftp://x' }, 422],
      [{ webhook_url: 'https://x', auth_header: 'a\nb' }, 422],
      [[], 400],
    ] as const) {
      expect((await put(sandbox, '/webhooks/agent.message', wrong)).status).toBe(status)
    }
    expect((await put(sandbox, '/webhooks/bad%20name', { webhook_url: 'https://x' })).body).toMatchObject({
      errors: [{ location: 'path.eventType' }],
    })
  },
  'the secret only on first registration': async (bench) => {
    const sandbox = await bench.start()
    const first = await put(sandbox, '/webhooks/agent.message', { webhook_url: 'https://one.example' })
    const second = await put(sandbox, '/webhooks/agent.message', { webhook_url: 'https://two.example' })
    expect(first.body).toHaveProperty('signing_secret')
    expect(second.body).toEqual({ success: true })
    const { body } = await call(sandbox, 'GET', `${base}/webhooks`, { key })
    expect(body).toMatchObject({ webhooks: [{ webhook_url: 'https://two.example' }] })
    expect(JSON.stringify(body)).not.toContain('whsec_')
  },
  'GET /webhooks': async (bench) => {
    const sandbox = await bench.start()
    expect((await call(sandbox, 'GET', `${base}/webhooks`, { key })).body).toEqual({ webhooks: [] })
    await put(sandbox, '/webhooks/agent.message', { webhook_url: 'https://one.example', auth_header: 'Bearer a' })
    const { status, body } = await call(sandbox, 'GET', `${base}/webhooks`, { key })
    expect(status).toBe(200)
    expect(body).toEqual({
      webhooks: [
        {
          project_id: expect.any(String),
          event_type: 'agent.message',
          webhook_url: 'https://one.example',
          auth_header: 'Bearer a',
          is_active: true,
          created_at: isTime,
          updated_at: isTime,
        },
      ],
    })
  },
  'DELETE /webhooks/{eventType}': async (bench) => {
    const sandbox = await bench.start()
    await put(sandbox, '/webhooks/agent.message', { webhook_url: 'https://one.example' })
    const remove = () => call(sandbox, 'DELETE', `${base}/webhooks/agent.message`, { key })
    expect(await remove()).toMatchObject({ status: 204, body: undefined })
    expect((await remove()).status).toBe(404)
    expect(sandbox.sonzai.trigger('agent.message')).toEqual([])
  },
  'GET /webhooks/{eventType}/attempts': async (bench) => {
    const { sandbox, request, url } = await sendOne(bench)
    await finish(sandbox.sonzai.trigger('agent.message'))
    await finish(sandbox.sonzai.trigger('agent.message'))
    const path = `${base}/webhooks/agent.message/attempts`
    const first = (await call(sandbox, 'GET', `${path}?page_size=2`, { key })).body as Record<string, unknown>
    expect(first).toEqual({
      attempts: [expect.anything(), expect.anything()],
      has_more: true,
      next_cursor: expect.any(String),
    })
    // A new attempt moves nothing in the pages that follow.
    await finish(sandbox.sonzai.trigger('agent.message'))
    const rest = (await call(sandbox, 'GET', `${path}?cursor=${String(first['next_cursor'])}`, { key })).body
    expect(rest).toEqual({
      attempts: [
        {
          attempt_id: expect.any(String),
          project_id: expect.any(String),
          event_type: 'agent.message',
          webhook_url: url,
          request_body: Buffer.from(request.body).toString('base64'),
          response_code: 200,
          response_body: 'ok',
          duration_ms: expect.any(Number),
          attempt_number: 1,
          status: 'success',
          created_at: isTime,
        },
      ],
      has_more: false,
    })
    for (const query of ['page_size=0', 'page_size=501', 'page_size=x', 'cursor=bm9uZQ']) {
      expect((await call(sandbox, 'GET', `${path}?${query}`, { key })).status).toBe(422)
    }
  },
  'POST /webhooks/{eventType}/rotate-secret': async (bench) => {
    const sandbox = await bench.start()
    const rotate = () => call(sandbox, 'POST', `${base}/webhooks/agent.message/rotate-secret`, { key })
    expect((await rotate()).status).toBe(404)
    const first = (await put(sandbox, '/webhooks/agent.message', { webhook_url: 'https://one.example' })).body
    const { status, body } = await rotate()
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, signing_secret: expect.stringMatching(/^whsec_/) })
    expect(body).not.toEqual(first)
  },
  'the same under /projects/{projectId}/webhooks': async (bench) => {
    const sandbox = await bench.start()
    const { url, requests } = await startCatcher(bench)
    const path = '/projects/project-id/webhooks'
    const made = await put(sandbox, `${path}/agent.message`, { webhook_url: url })
    expect(made.body).toEqual({ success: true, signing_secret: expect.any(String) })
    expect((await call(sandbox, 'GET', base + path, { key })).body).toMatchObject({
      webhooks: [{ project_id: 'project-id', event_type: 'agent.message' }],
    })
    expect((await call(sandbox, 'GET', `${base}/webhooks`, { key })).body).toEqual({ webhooks: [] })
    // An event of another project does not go there.
    await finish(sandbox.sonzai.trigger('agent.message'))
    await finish(sandbox.sonzai.trigger('agent.message', { projectId: 'project-id' }))
    expect(requests).toHaveLength(1)
    const attempts = await call(sandbox, 'GET', `${base}${path}/agent.message/attempts`, { key })
    expect(attempts.body).toMatchObject({ attempts: [{ project_id: 'project-id' }], has_more: false })
    const rotated = await call(sandbox, 'POST', `${base}${path}/agent.message/rotate-secret`, { key })
    expect(rotated.body).toHaveProperty('signing_secret')
    expect((await call(sandbox, 'DELETE', `${base}${path}/agent.message`, { key })).status).toBe(204)
  },
}

/** What Sonzai documents: each key is a row of its tables. */
export const sonzaiChecks: Readonly<Record<string, PlatformCheck>> = {
  ...eventChecks,
  ...ownChecks,
  ...sonzaiQueueChecks,
}
