import { setTimeout as wait } from 'node:timers/promises'
import type { InboxEvent } from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import type { Accepted } from './server-options.ts'

const waveMs = 20

/** Stores events concurrently, each of them twice in sequence. */
export async function acceptMany(inbox: Inbox, count: number, waves: number): Promise<Accepted> {
  const order: number[] = []
  const answers: Promise<'stored' | 'duplicate'>[] = []
  async function accept(index: number): Promise<'stored' | 'duplicate'> {
    const answer = await inbox.store(toEvent(Math.floor(index / 2)))
    order.push(index)
    return answer
  }
  const each = Math.ceil((2 * count) / waves)
  while (answers.length < 2 * count) {
    for (let n = 0; n < each && answers.length < 2 * count; n++) answers.push(accept(answers.length))
    if (waves > 1) await wait(waveMs)
  }
  return { answers: await Promise.all(answers), order }
}

export function toEvent(number: number): InboxEvent {
  return {
    key: `burst-${number}`,
    provider: 'standard-webhooks',
    type: 'task.created',
    id: `burst-${number}`,
    keyId: 'secret-1',
    receivedAt: Date.now(),
    method: 'POST',
    url: '/',
    headers: [['content-type', 'application/json']],
    signedHeaders: {},
    secretHeaders: [],
    body: Buffer.from('{"type":"task.created","data":{}}'),
  }
}
