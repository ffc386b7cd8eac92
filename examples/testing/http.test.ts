import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { invoratec } from 'sallyport/providers/invoratec'
import { signDelivery, type SignedDelivery } from 'sallyport/testing'
import { afterAll, expect, it } from 'vitest'

const secret = 'made-up'
const receiver = createReceiver(invoratec(), { secret }).on('alert.triggered', () => {})
const server = express().post('/webhooks/invoratec', webhook(receiver)).listen(0)

await once(server, 'listening')
afterAll(() => server.close())

async function post({ plainHeaders, body }: SignedDelivery): Promise<Response> {
  const { port } = server.address() as AddressInfo
  return fetch(`http://localhost:${port}/webhooks/invoratec`, { method: 'POST', headers: plainHeaders, body })
}

it('handles an alert once', async () => {
  const delivery = signDelivery(invoratec(), { secret, type: 'alert.triggered' })
  expect(await (await post(delivery)).json()).toEqual({ outcome: 'handled' })
  expect(await (await post(delivery)).json()).toEqual({ outcome: 'duplicate' })
})

it('rejects a forged and a stale alert', async () => {
  const forged = signDelivery(invoratec(), { secret: 'guessed', type: 'alert.triggered' })
  expect(await (await post(forged)).json()).toMatchObject({ code: 'SIGNATURE_MISMATCH' })

  const stale = signDelivery(invoratec(), { secret, type: 'alert.triggered', now: Date.now() - 301_000 })
  expect(await (await post(stale)).json()).toMatchObject({ code: 'TIMESTAMP_STALE' })
})
