import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver } from 'sallyport'
import { createInbox } from 'sallyport/inbox'
import {
  createInvoratecClient,
  createSonzaiClient,
  ensureWebhooks,
  createMemorySecretStore,
  pollNotifications,
  rotateWithOverlap,
  storedSecrets,
} from '@sallyport/platforms'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { createSandbox, type Sandbox } from '@sallyport/sandbox'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useBench } from '../support/sandbox/open-sandbox.ts'

// The clients against the sandbox, which is held to the platforms' documents row by row.
const bench = useBench()
let sandbox: Sandbox
beforeEach(async () => {
  sandbox = await createSandbox()
})
afterEach(() => sandbox.stop())

describe('Sonzai', () => {
  const connect = () => createSonzaiClient({ apiKey: sandbox.sonzai.apiKey, baseUrl: sandbox.sonzai.url })

  it('registers, rotates and lists attempts without a refusal', async () => {
    const client = connect()
    const store = createMemorySecretStore()
    const provider = sonzai({ authorization: 'Bearer mine' })
    const numbers = new Set<unknown>()
    const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider, pollMs: 5 }) })
    receiver.on('agent.message', ({ data }) => void numbers.add(data['number']))
    const url = await bench.serve(receiver)
    const desired = [{ eventType: 'agent.message', url, authHeader: 'Bearer mine' }]
    expect((await ensureWebhooks(client, desired, { store })).ok).toBe(true)
    expect((await ensureWebhooks(client, desired, { store })).webhooks[0]?.action).toBe('unchanged')

    let sent = 0
    for (let rotation = 0; rotation < 3; rotation++) {
      for (let burst = 0; burst < 20; burst++) sandbox.sonzai.trigger('agent.message', { data: { number: sent++ } })
      const rotating = rotateWithOverlap(client, 'agent.message', { store })
      for (let burst = 0; burst < 20; burst++) sandbox.sonzai.trigger('agent.message', { data: { number: sent++ } })
      await rotating
    }
    await sandbox.settled()
    expect(numbers.size).toBe(sent)
    expect(receiver.counts().codes).toEqual({})

    const statuses: unknown[] = []
    const attempts = client.webhooks.iterateDeliveryAttempts('agent.message', { pageSize: 50 })
    for await (const attempt of attempts) statuses.push(attempt.response_code)
    expect(statuses).toEqual(Array.from({ length: sent }, () => 200))
  })

  it('handles a wakeup once that is pushed and polled', async () => {
    const client = connect()
    const store = createMemorySecretStore()
    const provider = sonzai({ messageIds: true })
    const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider }) })
    const handled: string[] = []
    receiver.on('on_wakeup_ready', ({ id, data }) => void handled.push(`${id} ${String(data.generated_message)}`))
    const url = await bench.serve(receiver)
    await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url }], { store })
    const outcomes: string[] = []
    const poller = pollNotifications(client, {
      agentId: 'luna',
      userId: 'user-1',
      receiver,
      intervalMs: 20,
      onOutcome: ({ outcome }) => outcomes.push(outcome),
    })
    const wakeups = await Promise.all(
      Array.from({ length: 10 }, (_, number) =>
        client.agents.scheduleWakeup('luna', { userId: 'user-1', delayHours: 0, context: `Number ${number}` }),
      ),
    )
    await vi.waitUntil(() => sandbox.sonzai.notifications('luna', { status: 'consumed' }).length === 10, 20_000)
    await sandbox.settled()
    await poller.stop()
    expect(handled.toSorted()).toEqual(
      wakeups.map(({ wakeup_id: id }, number) => `on_wakeup_ready:wakeup:${id} Hey! Number ${number}`).toSorted(),
    )
    expect(outcomes).toHaveLength(10)
    const { items } = await client.notifications.history('luna', { limit: 5 })
    expect(items.map(({ status }) => status)).toEqual(Array.from({ length: 5 }, () => 'consumed'))
  })

  it('stores it once in an inbox, pushed and polled', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-platforms-inbox-'))
    const inbox = createInbox(join(folder, 'events.db'))
    const client = connect()
    const store = createMemorySecretStore()
    const provider = sonzai({ messageIds: true })
    const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider }), inbox })
    const handled: string[] = []
    receiver.on('on_wakeup_ready', ({ id }) => void handled.push(id))
    await receiver.ready()
    const url = await bench.serve(receiver)
    await ensureWebhooks(client, [{ eventType: 'on_wakeup_ready', url }], { store })
    const poller = pollNotifications(client, { agentId: 'luna', receiver, intervalMs: 20 })
    for (let number = 0; number < 10; number++) {
      await client.agents.scheduleWakeup('luna', { userId: 'user-1', delayHours: 0, intent: 'greet' })
    }
    await vi.waitUntil(() => sandbox.sonzai.notifications('luna', { status: 'consumed' }).length === 10, 20_000)
    await sandbox.settled()
    await poller.stop()
    await vi.waitUntil(async () => (await inbox.stats()).counts.done === 10, 20_000)
    await inbox.stop()
    rmSync(folder, { recursive: true })
    expect(handled).toHaveLength(10)
    expect(new Set(handled).size).toBe(10)
  })

  it('says why it refuses a call', async () => {
    const { url: baseUrl } = sandbox.sonzai
    const stranger = createSonzaiClient({ apiKey: 'sk_nobody', baseUrl })
    await expect(stranger.webhooks.list()).rejects.toMatchObject({ code: 'PLATFORM_UNAUTHORIZED', status: 401 })
    const client = connect()
    await expect(client.webhooks.rotateSecret('agent.message')).rejects.toMatchObject({ code: 'PLATFORM_NOT_FOUND' })
    const work = client.webhooks.register('agent.message', { webhookUrl: 'not a URL' })
    await expect(work).rejects.toMatchObject({ code: 'PLATFORM_BAD_REQUEST', problem: { detail: expect.any(String) } })
  })
})

describe('Invoratec', () => {
  const connect = () => createInvoratecClient({ apiKey: sandbox.invoratec.apiKey, baseUrl: sandbox.invoratec.url })

  it('registers, rotates and reads the log without a refusal', async () => {
    const client = connect()
    const store = createMemorySecretStore()
    const provider = invoratec()
    const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider }) })
    const tools = new Set<unknown>()
    receiver.on('tool.executed', ({ data }) => void tools.add(data.toolName))
    const url = await bench.serve(receiver)
    const filter = { elapsed_ms: 7 }
    const desired = [{ eventType: 'tool.executed', url, filter }]
    expect((await ensureWebhooks(client, desired, { store })).ok).toBe(true)
    const send = (number: number): void => {
      const data = { toolName: `tool-${number}`, input: {}, result: {}, elapsed_ms: 7 }
      sandbox.invoratec.trigger('tool.executed', { data })
    }
    for (let number = 0; number < 10; number++) send(number)
    const rotating = rotateWithOverlap(client, { eventType: 'tool.executed', url, filter }, { store })
    for (let number = 10; number < 20; number++) send(number)
    await rotating
    for (let number = 20; number < 30; number++) send(number)
    await sandbox.settled()
    expect(tools.size).toBe(30)
    expect(receiver.counts().codes).toEqual({})
    expect((await ensureWebhooks(client, desired, { store })).webhooks).toEqual([
      expect.objectContaining({ action: 'unchanged', secret: 'known' }),
    ])
    const { eventTypes } = await client.events.types()
    expect(eventTypes).toHaveLength(10)
    const { logs } = await client.events.logs({ limit: 2 })
    expect(logs).toHaveLength(2)
  })

  it('says why it refuses a call', async () => {
    const stranger = createInvoratecClient({ apiKey: 'claw_nobody', baseUrl: sandbox.invoratec.url })
    await expect(stranger.webhooks.list()).rejects.toMatchObject({ code: 'PLATFORM_UNAUTHORIZED' })
    const work = connect().webhooks.register({ event: 'no.such', url: 'http://127.0.0.1:9/' })
    await expect(work).rejects.toMatchObject({ code: 'PLATFORM_BAD_REQUEST' })
  })
})
