// Checked by `tsc`, never run: what must compile does, and what must not has its error expected.
import { createReceiver } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import {
  createInvoratecClient,
  createSonzaiClient,
  ensureWebhooks,
  createMemorySecretStore,
  platformErrorCodes,
  PlatformError,
  pollNotifications,
  rotateWithOverlap,
  storedSecrets,
  type PlatformErrorCode,
  type SecretStore,
} from '@sallyport/platforms'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'

/** Compiles only when both types are the same. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what it is deferred by
type Same<Left, Right> = (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false
const same = <Left, Right>(_: Same<Left, Right>): void => {}

const client = createSonzaiClient({ apiKey: process.env['SONZAI_API_KEY'] })
const other = createInvoratecClient({ apiKey: process.env['INVORATEC_API_KEY'], retry: { attempts: 2 } })
const store: SecretStore = createMemorySecretStore()
const url = 'https://example.com'

same<Awaited<ReturnType<typeof client.webhooks.rotateSecret>>['secret'], string>(true)
same<Awaited<ReturnType<typeof client.webhooks.delete>>, void>(true)
const notification = (await client.notifications.list('agent')).items[0]!
same<typeof notification.id, string>(true)
// Unknown fields are there, but unknown.
same<(typeof notification)['mood'], unknown>(true)
for await (const attempt of client.webhooks.iterateDeliveryAttempts('agent.message')) {
  same<typeof attempt.attempt_id, string>(true)
}
const registered = await other.webhooks.register({ event: 'tool.executed', url })
same<typeof registered.id, string>(true)

// @ts-expect-error a key is needed
createSonzaiClient({})
// @ts-expect-error one time, not two
void client.agents.scheduleWakeup('agent', { userId: 'u', intent: 'i', scheduledAt: new Date(), delayHours: 1 })
// @ts-expect-error one time, not none
void client.agents.scheduleWakeup('agent', { userId: 'u', intent: 'i' })
// @ts-expect-error an intent is required
void client.agents.scheduleWakeup('agent', { userId: 'u', delayHours: 1 })
// @ts-expect-error one intent, not two
void client.agents.scheduleWakeup('agent', { userId: 'u', delayHours: 1, intent: 'i', context: 'c' })
// @ts-expect-error history is of all users
void client.notifications.history('agent', { userId: 'u' })
// @ts-expect-error the list is not to be changed
;(await client.notifications.list('agent')).items.push(notification)

void ensureWebhooks(client, [{ eventType: 'agent.message', url, authHeader: 'x', projectId: 'p' }], { store })
void ensureWebhooks(other, [{ eventType: 'tool.executed', url, filter: { toolName: 'x' } }], { store })
// @ts-expect-error Sonzai has no filters
void ensureWebhooks(client, [{ eventType: 'agent.message', url, filter: {} }], { store })
// @ts-expect-error Invoratec has no auth headers
void ensureWebhooks(other, [{ eventType: 'tool.executed', url, authHeader: 'x' }], { store })
// @ts-expect-error secrets have to go somewhere
void ensureWebhooks(client, [], {})

const report = await rotateWithOverlap(other, { eventType: 'tool.executed', url, filter: {} }, { store })
same<(typeof report.retiring)[number]['retiresAt'], Date>(true)

const provider = sonzai({ messageIds: true })
const receiver = createReceiver(provider, { secret: storedSecrets(store, { provider }) })
pollNotifications(client, { agentId: 'agent', receiver, toBody: ({ id }) => ({ event_type: 'agent.message', id }) })
// @ts-expect-error Invoratec has no notifications
pollNotifications(other, { agentId: 'agent', receiver })
// @ts-expect-error seconds are a number
pollNotifications(client, { agentId: 'agent', receiver, interval: '30s' })

const { outcome } = await openFeed(createReceiver(invoratec(), { secret: 'a' }), 'own').deliver({ body: {} })
// @ts-expect-error no such outcome
if (outcome === 'done') throw new Error('never')
// @ts-expect-error a receiver takes nothing without a signature by itself
receiver.deliver({})

try {
  await client.webhooks.list()
} catch (error) {
  if (PlatformError.is(error)) {
    same<typeof error.code, PlatformErrorCode>(true)
    same<typeof error.retryAfterMs, number | undefined>(true)
    same<(typeof platformErrorCodes)[typeof error.code] extends readonly [string, string] ? true : false, true>(true)
  }
}
