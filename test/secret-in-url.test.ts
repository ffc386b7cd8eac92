import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createReceiver, type DeliveryReport } from 'sallyport'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { defineProvider, sharedSecret } from 'sallyport/provider'
import { signDelivery } from 'sallyport/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'

const secret = 'hunter2+hunter2'
const provider = defineProvider({
  name: 'acme',
  scheme: sharedSecret({ query: 't' }),
  identify: ({ body }) => ({ type: body['type'], data: body }),
  events: {},
})
const sign = (given: string) => signDelivery(provider, { secret: given, url: '/hooks?a=1', body: { type: 'note' } })
const written = encodeURIComponent(secret)

describe('a secret in the URL', () => {
  afterEach(() => vi.restoreAllMocks())

  it('is in no report, answer, line or stored event', async () => {
    const shown: unknown[] = []
    vi.spyOn(console, 'error').mockImplementation((...values) => void shown.push(values))
    const folder = await mkdtemp(join(tmpdir(), 'sallyport-'))
    const inbox = createInbox({ engine: createSqliteEngine({ path: join(folder, 'events.db') }) })
    const receiver = createReceiver(provider, { secret, unknownEvents: 'accept', inbox, log: true })
    receiver.onReject((report: DeliveryReport) => void shown.push(report))
    const delivery = sign(secret)
    expect(delivery.url).toBe(`/hooks?a=1&t=${written}`)
    shown.push(receiver.describe())
    for (const url of [delivery.url, `${delivery.url}x`, `${delivery.url}&t=${written}`, '/hooks'])
      shown.push(await receiver.receive({ ...delivery, url }))
    const [stored] = (await inbox.list()).events
    shown.push(stored)
    expect(stored!.url).toBe('/hooks?a=1&t=[redacted]')
    expect(await receiver.checkStored(stored!)).toMatchObject({ sender: 'redacted' })
    await inbox.stop()
    await rm(folder, { recursive: true })
    expect(JSON.stringify(shown)).not.toContain('hunter2')
  })
})
