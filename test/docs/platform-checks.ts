import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, type Receiver } from 'sallyport'
import {
  createSonzaiClient,
  ensureWebhooks,
  memorySecretStore,
  type EnsureReport,
  type NotificationPoller,
  type SecretStore,
  type SonzaiClient,
} from '@sallyport/platforms'
import type { SonzaiEvents } from 'sallyport/providers/sonzai'
import { sonzai } from 'sallyport/providers/sonzai'
import { createSandbox, type Sandbox } from '@sallyport/sandbox'
import { expect, vi } from 'vitest'

/** A block of `docs/platforms.md` at work against the sandbox; `holds` as in the checks of modules. */
interface PlatformCheck {
  readonly document: string
  readonly holds: string
  readonly run: (module: Record<string, unknown>) => Promise<void>
}

function against(
  holds: string,
  use: (module: Record<string, unknown>, client: SonzaiClient, sandbox: Sandbox) => Promise<void>,
): PlatformCheck {
  return {
    document: 'docs/platforms.md',
    holds,
    async run(module) {
      const sandbox = await createSandbox()
      try {
        const { apiKey, url: baseUrl } = sandbox.sonzai
        await use(module, createSonzaiClient({ apiKey, baseUrl }), sandbox)
      } finally {
        await sandbox.stop()
      }
    },
  }
}

const url = 'http://127.0.0.1:9/hook'

/** What every block of `docs/platforms.md` has to do. */
export const platformChecks: readonly PlatformCheck[] = [
  against('listFailures', async (module, client, { sonzai: platform }) => {
    const list = module['listFailures'] as (client: SonzaiClient, eventType: string) => Promise<string[]>
    await client.webhooks.register('agent.message', { webhookUrl: url })
    platform.trigger('agent.message')
    await vi.waitUntil(async () => (await list(client, 'agent.message')).length > 0, 20_000)
  }),
  against("projectId: 'companions'", async (module, client, { sonzai: platform }) => {
    const register = module['register'] as (...parameters: unknown[]) => Promise<EnsureReport>
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-docs-platforms-'))
    const file = join(folder, 'secrets.json')
    expect((await register(client, url, file)).webhooks.map(({ action }) => action)).toEqual([
      'registered',
      'registered',
    ])
    expect((await register(client, url, file)).webhooks.map(({ action }) => action)).toEqual(['unchanged', 'unchanged'])
    expect(platform.list()).toHaveLength(1)
    rmSync(folder, { recursive: true })
  }),
  against('createWebhookServer', async (module, client, { sonzai: platform, settled }) => {
    const create = module['createWebhookServer'] as (
      store: SecretStore,
      handle: (message: unknown) => Promise<void>,
    ) => { receiver: Receiver; server: Server }
    const store = memorySecretStore()
    const messages: unknown[] = []
    const { server, receiver } = create(store, async (message) => void messages.push(message))
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const own = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url: own }], { store })
    platform.trigger('on_wakeup_ready')
    await settled()
    expect(messages).toHaveLength(1)
    expect(receiver.describe().activeSecrets).toBe('resolved per delivery')
    server.close().closeAllConnections()
  }),
  against('rotateWithOverlap', async (module, client) => {
    const store = memorySecretStore()
    await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url }], { store })
    const rotate = module['rotate'] as (client: SonzaiClient, store: SecretStore) => Promise<string>
    expect(await rotate(client, store)).toMatch(/#2 is new, beside sonzai:on_wakeup_ready#1 until 2\d{3}-/)
    expect((await store.get('sonzai:on_wakeup_ready'))?.secrets).toHaveLength(2)
  }),
  against('pollNotifications', async (module, client, { sonzai: platform }) => {
    const poll = module['poll'] as (client: SonzaiClient, receiver: Receiver<SonzaiEvents>) => NotificationPoller
    const messages: unknown[] = []
    const receiver = createReceiver(sonzai({ messageIds: true }), { secret: 'whsec_x' })
    receiver.on('on_wakeup_ready', ({ data }) => void messages.push(data.generated_message))
    platform.notify({ agentId: 'agent_luna', userId: 'user-123', content: 'Hello' })
    const poller = poll(client, receiver)
    await vi.waitUntil(() => platform.notifications('agent_luna', { status: 'consumed' }).length === 1, 20_000)
    await poller.stop()
    expect(messages).toEqual(['Hello'])
  }),
  against('mayWrite', async (module, client) => {
    const mayWrite = module['mayWrite'] as (client: SonzaiClient) => Promise<boolean>
    expect(await mayWrite(client)).toBe(true)
  }),
]
