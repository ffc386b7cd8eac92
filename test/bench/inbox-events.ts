import { randomUUID } from 'node:crypto'
import type { InboxEvent } from 'sallyport'
import { makeBody } from './bodies.ts'
import { bodyBytes } from './deliveries.ts'
import type { Store } from './inbox-stores.ts'

/** Makes events, each with its own key. */
export function createEvents(): () => InboxEvent {
  const run = randomUUID()
  const type = 'order.paid'
  const body = makeBody({ id: run, now: new Date(), type }, bodyBytes)
  let made = 0
  return () => {
    const id = `msg_${run}_${made++}`
    return {
      key: `standard-webhooks:${id}`,
      provider: 'standard-webhooks',
      type,
      id,
      keyId: 'k-8ee9a2',
      receivedAt: Date.now(),
      method: 'POST',
      url: '/webhooks/orders',
      headers: [
        ['Host', 'hooks.example.com'],
        ['User-Agent', 'Webhook-Sender/1.0'],
        ['Content-Type', 'application/json'],
        ['Content-Length', String(body.length)],
        ['webhook-id', id],
      ],
      signedHeaders: { 'webhook-id': id },
      secretHeaders: ['webhook-signature'],
      body,
    }
  }
}

/**
 * Stores events with a number of clients; each waits for its answer before it sends the next.
 *
 * @param isOver asked before each event
 * @returns how many were stored
 */
export async function storeBy(
  clients: number,
  { accept }: Store,
  makeEvent: () => InboxEvent,
  isOver: (begun: number) => boolean,
): Promise<number> {
  let begun = 0
  const work = async (): Promise<void> => {
    while (!isOver(begun)) {
      begun++
      await accept(makeEvent())
    }
  }
  await Promise.all(Array.from({ length: clients }, work))
  return begun
}
