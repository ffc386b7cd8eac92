import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createRawServer, type AddressInfo } from 'node:net'
import { hostile } from './hostile-text.ts'

/** Whatever is asked for, every text of the answer is hostile. */
export async function serveHostile(secret: string): Promise<{ url: string; port: number; close: () => void }> {
  const answer = {
    webhooks: [
      { event_type: hostile, webhook_url: hostile, project_id: hostile, created_at: hostile },
      { event_type: 'x', webhook_url: `https://example.com/${hostile}`, is_active: false },
    ],
    attempts: [
      {
        attempt_id: hostile,
        status: hostile,
        error_message: hostile,
        created_at: hostile,
        request_body: Buffer.from(hostile).toString('base64'),
        response_body: hostile,
      },
    ],
    signing_secret: secret,
    secret,
    success: true,
    code: hostile,
    outcome: hostile,
  }
  const ofInvoratec = { webhooks: [{ id: hostile, event: 'x', url: hostile, lastTriggered: hostile }], id: hostile }
  const problem = {
    type: hostile,
    title: hostile,
    detail: hostile,
    code: hostile,
    errors: [{ location: hostile, message: hostile, value: hostile }],
  }
  const http = createServer((request, response) => {
    request.resume()
    const [, kind] = /\/as-(\w+)/.exec(request.url ?? '') ?? []
    if (kind === 'problem')
      response.writeHead(400, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
    else if (kind === 'text') response.writeHead(403, { 'content-type': 'text/plain' }).end(hostile)
    else if (kind === 'broken') response.writeHead(200).end(`{"webhooks":"${hostile}`)
    else {
      const json = kind === 'claw' ? ofInvoratec : answer
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(json))
    }
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const close = (): void => {
    http.close()
    http.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${port}`, port, close }
}

/** A server whose head is hostile too: Node's own would not send it. */
export async function serveHead(head: string): Promise<{ url: string; close: () => void }> {
  const raw = createRawServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.from(`${head}\r\n\r\n`, 'latin1')))
  }).listen(0, '127.0.0.1')
  await once(raw, 'listening')
  const { port } = raw.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, close: () => void raw.close() }
}
