import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createSonzaiClient, ensureWebhooks, createMemorySecretStore, type SonzaiClient } from '@sallyport/platforms'
import { sonzai } from 'sallyport/providers/sonzai'
import { createSandbox, type Sandbox } from '@sallyport/sandbox'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { mayWrite } from '../../examples/platforms/handle-errors.ts'
import { poll } from '../../examples/platforms/poll.ts'
import { pollProject } from '../../examples/platforms/poll-project.ts'
import { register } from '../../examples/platforms/register.ts'
import { rotate } from '../../examples/platforms/rotate.ts'
import { createWebhookServer } from '../../examples/platforms/stored-secrets.ts'
import { askLater } from '../../examples/platforms/wakeup.ts'

const url = 'http://127.0.0.1:9/hook'
let sandbox: Sandbox
let client: SonzaiClient

beforeEach(async () => {
  vi.stubEnv('SONZAI_API_KEY', 'sk_documented')
  vi.stubEnv('INVORATEC_API_KEY', 'claw_documented')
  vi.spyOn(console, 'log').mockImplementation(() => {})
  sandbox = await createSandbox()
  client = createSonzaiClient({ apiKey: sandbox.sonzai.apiKey, baseUrl: sandbox.sonzai.url })
})
afterEach(async () => {
  await sandbox.stop()
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

describe('examples/platforms', () => {
  it('list-failures.ts lists a delivery that nothing answered', async () => {
    const { listFailures } = await import('../../examples/platforms/list-failures.ts')
    await client.webhooks.register('agent.message', { webhookUrl: url })
    sandbox.sonzai.trigger('agent.message')
    await vi.waitUntil(async () => (await listFailures(client, 'agent.message')).length > 0, 20_000)
  })

  it('register.ts changes nothing the second time', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-platform-programs-'))
    const file = join(folder, 'secrets.json')
    const actions = async (): Promise<string[]> =>
      (await register(client, url, file)).webhooks.map(({ action }) => action)
    expect(await actions()).toEqual(['registered', 'registered'])
    expect(await actions()).toEqual(['unchanged', 'unchanged'])
    expect(sandbox.sonzai.list()).toHaveLength(1)
    rmSync(folder, { recursive: true })
  })

  it('stored-secrets.ts receives with the secrets of the store', async () => {
    const store = createMemorySecretStore()
    const messages: unknown[] = []
    const { server, receiver } = createWebhookServer(store, async (message) => void messages.push(message))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url: own }], { store })
    sandbox.sonzai.trigger('on_wakeup_ready')
    await sandbox.settled()
    expect(messages).toHaveLength(1)
    expect(receiver.describe().activeSecrets).toBe('resolved per delivery')
    server.close().closeAllConnections()
  })

  it('rotate.ts keeps the old secret beside the new one', async () => {
    const store = createMemorySecretStore()
    await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url }], { store })
    expect(await rotate(client, store)).toMatch(/#2 is new, beside sonzai:on_wakeup_ready#1 until 2\d{3}-/)
    expect((await store.get('sonzai:on_wakeup_ready'))?.secrets).toHaveLength(2)
  })

  it('wakeup.ts schedules a wakeup and lists it', async () => {
    const interview = new Date(Date.now() + 7_200_000)
    expect(await askLater(client, 'agent_luna', interview)).toEqual([
      expect.stringMatching(/^2\d{3}-.*Z: Ask how the job interview went$/),
    ])
    expect(sandbox.sonzai.wakeups()).toEqual([expect.objectContaining({ agentId: 'agent_luna', status: 'pending' })])
  })

  it('poll.ts handles a notification and consumes it', async () => {
    const messages: unknown[] = []
    const receiver = createReceiver(sonzai({ messageIds: true }), { secret: 'whsec_x' })
    receiver.on('on_wakeup_ready', ({ data }) => void messages.push(data.generated_message))
    sandbox.sonzai.notify({ agentId: 'agent_luna', userId: 'user-123', content: 'Hello' })
    const poller = poll(client, receiver)
    await vi.waitUntil(() => sandbox.sonzai.notifications('agent_luna', { status: 'consumed' }).length === 1, 20_000)
    await poller.stop()
    expect(messages).toEqual(['Hello'])
  })

  it('poll-project.ts handles an event and acknowledges it', async () => {
    const messages: unknown[] = []
    const receiver = createReceiver(sonzai({ messageIds: true }), { secret: 'whsec_x' })
    receiver.on('on_wakeup_ready', ({ data }) => void messages.push(data.generated_message))
    const { projectId } = sandbox.sonzai.notifyProject('on_wakeup_ready', { data: { generated_message: 'Hello' } })
    const poller = pollProject(client, receiver, projectId)
    await vi.waitUntil(() => sandbox.sonzai.projectNotifications()[0]?.status === 'acknowledged', 20_000)
    await poller.stop()
    expect(messages).toEqual(['Hello'])
  })

  it('quickstart.ts registers a webhook and stores its secret', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-platform-programs-'))
    vi.spyOn(process, 'cwd').mockReturnValue(folder)
    vi.stubEnv('SONZAI_API_KEY', sandbox.sonzai.apiKey)
    const { fetch } = globalThis
    vi.stubGlobal('fetch', (target: string | URL, init?: RequestInit) => {
      const { pathname, search } = new URL(target)
      return fetch(`${sandbox.sonzai.url}${pathname}${search}`, init)
    })
    const { setUp } = await import('../../examples/platforms/quickstart.ts')
    await setUp(url)
    vi.unstubAllGlobals()
    expect(sandbox.sonzai.list()).toEqual([expect.objectContaining({ eventType: 'on_wakeup_ready' })])
    expect(readdirSync(folder)).toContain('webhook-secrets.json')
    rmSync(folder, { recursive: true })
  })

  it('handle-errors.ts tells missing permission and webhook apart', async () => {
    expect(await mayWrite(client)).toBe(true)
  })
})
