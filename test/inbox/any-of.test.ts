import { anyOf, createReceiver } from 'sallyport'
import type { Inbox } from 'sallyport/inbox'
import { github } from 'sallyport/providers/github'
import { stripe } from 'sallyport/providers/stripe'
import { signDelivery } from 'sallyport/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { untilCount, useInboxes } from '../support/inbox/receivers.ts'

const { openInbox, makePath } = useInboxes()
const secrets = { github: 'a secret of github', stripe: 'whsec_of-stripe' }
const push = () => signDelivery(github(), { secret: secrets.github, type: 'push' })
const paid = () => signDelivery(stripe(), { secret: secrets.stripe, type: 'invoice.paid' })

function create(inboxes: { readonly github: Inbox | string; readonly stripe: Inbox | string }) {
  const seen: string[] = []
  const endpoint = anyOf({
    github: createReceiver(github(), { secret: secrets.github, inbox: inboxes.github }),
    stripe: createReceiver(stripe(), { secret: secrets.stripe, inbox: inboxes.stripe }),
  })
    .on('github', 'push', ({ provider }) => void seen.push(`${provider} push`))
    .on('stripe', 'invoice.paid', ({ provider }) => void seen.push(`${provider} invoice.paid`))
  return { endpoint, seen }
}

describe('anyOf behind one inbox', () => {
  it('stores, handles and replays the events of each sender', async () => {
    const inbox = openInbox(makePath())
    const { endpoint, seen } = create({ github: inbox, stripe: inbox })
    await endpoint.ready()
    for (const delivery of [push(), paid()]) expect(await endpoint.receive(delivery)).toMatchObject({ status: 202 })
    await untilCount(inbox, 'done', 2)
    expect(seen.toSorted()).toEqual(['github push', 'stripe invoice.paid'])
    await inbox.replay({ provider: 'stripe', state: 'done' })
    await vi.waitUntil(() => seen.length > 2, { timeout: 20_000, interval: 10 })
    expect(seen.slice(2)).toEqual(['stripe invoice.paid'])
    await untilCount(inbox, 'done', 2)
    expect(await endpoint.receive({ ...unsigned, body: Buffer.from('{}') })).toMatchObject({ code: 'SENDER_UNKNOWN' })
    expect((await inbox.stats()).counts).toMatchObject({ done: 2, pending: 0 })
  })

  it('checks a stored event with the secrets of its sender', async () => {
    const inbox = openInbox(makePath(), { work: 'elsewhere', keepSecretHeaders: true })
    const { endpoint } = create({ github: inbox, stripe: inbox })
    for (const delivery of [push(), paid()]) await endpoint.receive(delivery)
    for (const { key, provider } of (await inbox.list()).events) {
      const event = (await inbox.get(key))!
      expect([provider, await endpoint.checkStored(event)]).toEqual([
        provider,
        { sender: { ok: true, keyId: 'secret-1' }, data: { ok: true } },
      ])
      await expect(endpoint.checkStored({ ...event, provider: 'gitlab' })).rejects.toMatchObject({
        code: 'OPTION_INVALID',
        message: 'any-of: the event is from provider "gitlab", and no receiver here is',
      })
    }
  })

  it('may be named by its file', async () => {
    const path = makePath()
    const { endpoint } = create({ github: path, stripe: path })
    const { inbox } = endpoint.receivers.github
    onTestFinished(() => inbox!.stop({ drainMs: 0 }))
    expect(endpoint.receivers.stripe.inbox).toBe(inbox)
    await endpoint.ready()
    expect(await endpoint.receive(paid())).toMatchObject({ outcome: 'accepted' })
  })
})

const unsigned = { method: 'POST', url: '/', headers: { 'content-type': 'application/json' } }

describe('anyOf behind an inbox for each sender', () => {
  it('stores each event in the inbox of its sender', async () => {
    const inboxes = { github: openInbox(makePath()), stripe: openInbox(makePath()) }
    const { endpoint, seen } = create(inboxes)
    for (const delivery of [push(), paid(), paid()]) await endpoint.receive(delivery)
    await untilCount(inboxes.github, 'done', 1)
    await untilCount(inboxes.stripe, 'done', 2)
    expect(seen.filter((text) => text === 'github push')).toHaveLength(1)
  })

  it('is ready when every inbox is', async () => {
    const { endpoint } = create({
      github: openInbox(makePath()),
      stripe: openInbox('/nowhere/events.db', { onError: () => {} }),
    })
    endpoint.onError(() => {})
    await expect(endpoint.ready()).rejects.toMatchObject({ code: 'INBOX_UNAVAILABLE' })
  })
})
