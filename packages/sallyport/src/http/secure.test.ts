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

describe('delivery.url', () => {
  it.each([
    ['/hook?a=1#b', '/hook?a=1#b'],
    ['//host/hook', '//host/hook'],
    ['https://user@host:1/hook?a=%2F', '/hook?a=%2F'],
    ['HTTP://host', '/'],
    ['http://host?a', '/?a'],
    ['*', '*'],
    ['', ''],
  ])('of the target %s is %s', (url, expected) => {
    expect(toHead({ method: 'POST', url, headers: {} }, () => 0).url).toBe(expected)
  })
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

  it('comes from the host of a web-standard request, not its URL', async () => {
    const errors: unknown[] = []
    const handle = webhook(createReceiver(provider, { secret: 'key' }).onError((error) => void errors.push(error)))
    const headers = { 'x-key': 'key', 'content-type': 'application/json', 'x-forwarded-proto': 'https' }
    const init = { method: 'POST', headers, body: '{"type":"a"}' }
    for (const url of ['https://host/hook', 'http://host/hook']) {
      expect((await handle(new Request(url, init), { secure: true })).status).toBe(200)
      expect((await handle(new Request(url, init), { secure: false })).status).toBe(403)
      expect((await handle(new Request(url, init))).status).toBe(500)
    }
    expect(String(errors[0])).toContain('careful: HTTPS is required, and the host does not say')
  })

  it('is unknown where a bridge has a stand-in for the connection', () => {
    const request = new IncomingMessage({ encrypted: true } as unknown as Socket)
    expect(captureNode(request, new ServerResponse(request)).secure).toBeUndefined()
    // As in other runtimes.
    const other = new IncomingMessage({ encrypted: true, remotePort: 5000 } as unknown as Socket)
    expect(captureNode(other, new ServerResponse(other)).secure).toBe(true)
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
