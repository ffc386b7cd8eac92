import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { describe, expect, it } from 'vitest'
import { toHead } from '../verify/head.ts'
import { webhook } from './fetch.ts'
import { captureNode } from './node/capture.ts'
import { defineProvider } from '../verify/provider.ts'
import { createReceiver } from '../receive/receiver.ts'
import { sharedSecret } from '../verify/schemes/shared-secret.ts'
import { withHttps } from '../verify/schemes/with-https.ts'

const provider = defineProvider({
  name: 'careful',
  scheme: withHttps(sharedSecret({ header: 'x-key' })),
  identify: ({ body }) => ({ type: body['type'], data: body }),
  events: {},
})

describe('delivery.secure', () => {
  it('comes from the socket of a Node request, never a header', () => {
    for (const [socket, secure] of [
      [new Socket(), false],
      [new TLSSocket(new Socket()), true],
    ] as const) {
      const request = new IncomingMessage(socket)
      request.rawHeaders = ['X-Forwarded-Proto', secure ? 'http' : 'https']
      expect(captureNode(request, new ServerResponse(request)).secure).toBe(secure)
    }
  })

  it('comes from the URL of a web-standard request', async () => {
    const handle = webhook(createReceiver(provider, { secret: 'key' }))
    const headers = { 'x-key': 'key', 'content-type': 'application/json', 'x-forwarded-proto': 'https' }
    const init = { method: 'POST', headers, body: '{"type":"a"}' }
    expect((await handle(new Request('https://host/hook', init))).status).toBe(200)
    expect((await handle(new Request('http://host/hook', init))).status).toBe(403)
  })

  it('is undefined where the host does not say', () => {
    const head = toHead({ method: 'POST', url: '/', headers: {} }, () => 0)
    expect(head.secure).toBeUndefined()
  })

  it('is checked before the body is read', async () => {
    const body = (): never => {
      throw new Error('read')
    }
    const receiver = createReceiver(provider, { secret: 'key' })
    const headers = { 'x-key': 'key', 'content-type': 'application/json' }
    expect(await receiver.receive({ method: 'POST', url: '/', headers, body, secure: false })).toMatchObject({
      status: 403,
      code: 'HTTPS_REQUIRED',
    })
  })
})
