import { inspect } from 'node:util'
import { ensureWebhooks, createMemorySecretStore, PlatformError, type SecretStore } from '@sallyport/platforms'
import { beforeEach, describe, expect, it } from 'vitest'
import { sonzaiAt } from '../support/platforms/clients.ts'
import { serveSonzai, type SonzaiService } from '../support/platforms/sonzai-service.ts'

const url = 'https://example.com/webhooks/sonzai'
let service: SonzaiService
let store: SecretStore
let client: ReturnType<typeof sonzaiAt>

beforeEach(async () => {
  service = await serveSonzai()
  store = createMemorySecretStore()
  client = sonzaiAt(service.url, { retry: { attempts: 2 } })
})

const changes = (): string[] =>
  service.seen.flatMap((one) => (one.method === 'GET' ? [] : [`${one.method} ${one.url}`]))
const actionsOf = (report: Awaited<ReturnType<typeof ensureWebhooks>>): string[] =>
  report.webhooks.map(({ eventType, action, secret }) => `${eventType} ${action} ${secret}`)

describe('ensureWebhooks at Sonzai', () => {
  it('registers what is missing and changes nothing the second time', async () => {
    const desired = [
      { eventType: 'on_wakeup_ready', url, authHeader: 'Bearer mine' },
      { eventType: 'agent.message', url, projectId: 'p1' },
    ]
    const first = await ensureWebhooks(client, desired, { store })
    expect(first.ok).toBe(true)
    expect(actionsOf(first)).toEqual(['on_wakeup_ready registered stored', 'agent.message registered stored'])
    expect((await store.get('sonzai:on_wakeup_ready'))?.secrets).toEqual([
      { id: '1', secret: service.secretOf('/on_wakeup_ready') },
    ])
    expect((await store.get('sonzai:p1/agent.message'))?.secrets.map(({ secret }) => secret)).toEqual([
      service.secretOf('p1/agent.message'),
    ])
    const made = changes()
    const second = await ensureWebhooks(client, desired, { store })
    expect(actionsOf(second)).toEqual(['on_wakeup_ready unchanged known', 'agent.message unchanged known'])
    expect(changes()).toEqual(made)
  })

  it.each([
    ['url', { url: 'https://old.example.com' }],
    ['authHeader', { authHeader: 'Bearer old' }],
    ['active', { isActive: false }],
  ])('updates a webhook that differs in %s and keeps the secret', async (difference, other) => {
    const desired = [{ eventType: 'agent.message', url, authHeader: 'Bearer mine' }]
    await ensureWebhooks(client, desired, { store })
    const before = await store.get('sonzai:agent.message')
    Object.assign(service.held.get('/agent.message')!, other)
    const report = await ensureWebhooks(client, desired, { store })
    expect(report.webhooks).toEqual([
      expect.objectContaining({ action: 'updated', differences: [difference], secret: 'known' }),
    ])
    expect(service.held.get('/agent.message')).toMatchObject({ url, authHeader: 'Bearer mine', isActive: true })
    expect((await store.get('sonzai:agent.message'))?.secrets).toEqual(before?.secrets)
    expect(actionsOf(await ensureWebhooks(client, desired, { store }))).toEqual(['agent.message unchanged known'])
  })

  it('reports extra webhooks and deletes them only on request', async () => {
    await client.webhooks.register('agent.message', { webhookUrl: `${url}?token=hidden` })
    await client.webhooks.registerForProject('p1', 'agent.message', { webhookUrl: url })
    const report = await ensureWebhooks(client, [], { store })
    expect(report.webhooks).toEqual([expect.objectContaining({ action: 'extra', eventType: 'agent.message' })])
    expect(report.ok).toBe(true)
    expect(String(report)).not.toContain('hidden')
    const wide = await ensureWebhooks(client, [], { store, deleteExtra: true, projects: ['p1'] })
    expect(wide.webhooks.map(({ action, projectId }) => [action, projectId])).toEqual([['deleted', 'p1']])
    expect([...service.held.keys()]).toEqual(['/agent.message'])
    await ensureWebhooks(client, [], { store, deleteExtra: true })
    expect(service.held.size).toBe(0)
  })

  it('reports and changes nothing in a dry run', async () => {
    await client.webhooks.register('agent.message', { webhookUrl: 'https://old.example.com' })
    await client.webhooks.register('session.end', { webhookUrl: url })
    await client.webhooks.register('agent.wakeup', { webhookUrl: url })
    const made = changes()
    const desired = ['agent.message', 'on_wakeup_ready', 'agent.wakeup'].map((eventType) => ({ eventType, url }))
    const options = { store, deleteExtra: true, dryRun: true, missingSecret: 'rotate' } as const
    const report = await ensureWebhooks(client, desired, options)
    expect(actionsOf(report)).toEqual([
      'agent.message updated missing',
      'on_wakeup_ready registered stored',
      'agent.wakeup rotated stored',
      'session.end deleted none',
    ])
    expect(String(report)).toContain('dry run')
    expect(changes()).toEqual(made)
    expect(await store.names()).toEqual([])
  })

  it('reports a missing secret, and rotates it on request', async () => {
    await client.webhooks.register('agent.message', { webhookUrl: url })
    const desired = [{ eventType: 'agent.message', url }]
    const report = await ensureWebhooks(client, desired, { store })
    expect(report.ok).toBe(false)
    expect(actionsOf(report)).toEqual(['agent.message unchanged missing'])
    expect(String(report)).toContain('rotate it')
    const second = await ensureWebhooks(client, desired, { store, missingSecret: 'rotate' })
    expect(actionsOf(second)).toEqual(['agent.message rotated stored'])
    expect((await store.get('sonzai:agent.message'))?.secrets.at(-1)?.secret).toBe(service.secretOf('/agent.message'))
  })

  it('treats a secret lost on the way as missing', async () => {
    let isLost = true
    service.intercept = ({ method, url: path }) => {
      if (method !== 'PUT' || !isLost) return undefined
      isLost = false
      service.held.set('/agent.message', { url, secret: 'whsec_lost', isActive: true })
      expect(path).toContain('agent.message')
      return (response) => void response.destroy()
    }
    const desired = [{ eventType: 'agent.message', url }]
    const report = await ensureWebhooks(client, desired, { store })
    expect(actionsOf(report)).toEqual(['agent.message registered missing'])
    const second = await ensureWebhooks(client, desired, { store, missingSecret: 'rotate' })
    expect(actionsOf(second)).toEqual(['agent.message rotated stored'])
  })

  it('continues with the others after one fails', async () => {
    const json = { title: 'Forbidden', detail: 'no write permission for Bearer mine' }
    service.intercept = ({ url: path }) => (path.endsWith('agent.message') ? { status: 403, json } : undefined)
    const desired = ['agent.message', 'agent.wakeup'].map((eventType) => ({
      eventType,
      url,
      authHeader: 'Bearer mine',
    }))
    const report = await ensureWebhooks(client, desired, { store })
    expect(actionsOf(report)).toEqual(['agent.message failed missing', 'agent.wakeup registered stored'])
    expect(report.ok).toBe(false)
    expect(String(report)).toContain('403')
    for (const text of [String(report), JSON.stringify(report), inspect(report, { depth: 9, showHidden: true })]) {
      expect(text).not.toMatch(/whsec_|Bearer mine/)
    }
  })

  it('loses no secret if the store cannot be written', async () => {
    const broken: SecretStore = {
      ...store,
      update: () => Promise.reject(new PlatformError('SECRET_STORE_FAILED', { detail: 'disk full' })),
    }
    const report = await ensureWebhooks(client, [{ eventType: 'agent.message', url }], { store: broken })
    expect(actionsOf(report)).toEqual(['agent.message failed missing'])
    expect(changes()).toEqual([])
  })

  it('changes nothing if listing fails', async () => {
    service.intercept = () => ({ status: 401 })
    const work = ensureWebhooks(client, [{ eventType: 'agent.message', url }], { store })
    await expect(work).rejects.toMatchObject({ code: 'PLATFORM_UNAUTHORIZED' })
    expect(changes()).toEqual([])
  })

  it('rejects duplicates and options of another platform', async () => {
    const twice = [
      { eventType: 'agent.message', url },
      { eventType: 'agent.message', url: 'https://other.example.com' },
    ]
    await expect(ensureWebhooks(client, twice, { store })).rejects.toMatchObject({
      code: 'PLATFORM_OPTION_INVALID',
    })
    const filtered = [{ eventType: 'agent.message', url, filter: {} }]
    await expect(ensureWebhooks(client, filtered, { store })).rejects.toMatchObject({
      code: 'PLATFORM_OPTION_INVALID',
    })
    expect(service.seen).toEqual([])
  })

  it("accepts a list whose entries all name the key's project", async () => {
    service.intercept = ({ method }) =>
      method === 'GET'
        ? { json: { webhooks: [{ event_type: 'agent.message', webhook_url: url, project_id: 'default' }] } }
        : undefined
    const report = await ensureWebhooks(client, [{ eventType: 'agent.message', url }], { store })
    expect(actionsOf(report)).toEqual(['agent.message unchanged missing'])
  })
})
