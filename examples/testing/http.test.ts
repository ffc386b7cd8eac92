import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { invoratec } from 'sallyport/providers/invoratec'
import { signRequest } from 'sallyport/testing'
import { afterAll, expect, it } from 'vitest'

const secret = 'made-up'
const receiver = createReceiver(invoratec(), { secret }).on('alert.triggered', () => {})
const server = express().post('/webhooks/invoratec', webhook(receiver)).listen(0)

await once(server, 'listening')
afterAll(() => server.close())

function sign(options: { secret?: string; now?: number } = {}): Request {
  const { port } = server.address() as AddressInfo
  const url = `http://localhost:${port}/webhooks/invoratec`
  return signRequest(url, invoratec(), { secret, type: 'alert.triggered', ...options })
}

it('handles an alert once', async () => {
  const request = sign()
  expect(await (await fetch(request.clone())).json()).toEqual({ outcome: 'handled' })
  expect(await (await fetch(request)).json()).toEqual({ outcome: 'duplicate' })
})

it('rejects a forged and a stale alert', async () => {
  const forged = sign({ secret: 'guessed' })
  expect(await (await fetch(forged)).json()).toMatchObject({ code: 'SIGNATURE_MISMATCH' })

  const stale = sign({ now: Date.now() - 301_000 })
  expect(await (await fetch(stale)).json()).toMatchObject({ code: 'TIMESTAMP_STALE' })
})
