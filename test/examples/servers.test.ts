import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectRaw } from '../../packages/contracts/src/adapter/raw-connection.ts'
import { rawHead } from '../../packages/contracts/src/adapter/raw-request.ts'
import { secrets } from '../support/examples/environment.ts'
import { send, startDocumented } from '../support/examples/serve.ts'
import { findFreePort } from '../support/free-port.ts'
import { startProgram, type Program } from '../support/examples/program.ts'
import { senderOf } from '../support/examples/senders.ts'

/** Examples that listen on PORT: the file, the sender, the path, the event type. */
const servers = [
  ['express.ts', 'sonzai', '/webhooks/sonzai', 'on_wakeup_ready'],
  ['express-with-parser.ts', 'sonzai', '/webhooks/sonzai', 'agent.message'],
  ['express-raw-body.ts', 'github', '/webhooks/github', 'push'],
  ['koa.ts', 'invoratec', '/webhooks/invoratec', 'alert.triggered'],
  ['fastify.ts', 'stripe', '/webhooks/stripe', 'invoice.paid'],
  ['node.ts', 'sonzai', '/webhooks/sonzai', 'agent.wakeup'],
  ['node-continue.ts', 'sonzai', '/', 'agent.wakeup'],
  ['providers/acme.ts', 'acme', '/', 'order.paid'],
  ['coming-from/stripe.ts', 'stripe', '/webhooks/stripe', 'invoice.paid'],
  ['coming-from/svix.ts', 'svix', '/webhooks/contacts', 'contact.created'],
  ['coming-from/octokit.ts', 'github', '/webhooks/github', 'push'],
] as const

const port = await findFreePort()

describe.each(servers)('examples/%s', (file, name, path, type) => {
  const url = `http://localhost:${port}${path}`
  const { sign, secret } = senderOf(name)
  let program: Program

  beforeAll(async () => {
    program = await startDocumented(`examples/${file}`, port)
  })
  afterAll(() => program.end('SIGKILL'))

  it('handles a delivery once, and rejects a forged one', async () => {
    const delivery = sign({ secret, type })
    expect(await send(url, delivery)).toEqual({ status: 200, said: 'handled' })
    expect(await send(url, delivery)).toEqual({ status: 200, said: 'duplicate' })
    const forged = sign({ secret: 'whsec_Z3Vlc3NlZA==', type })
    expect(await send(url, forged)).toEqual({ status: 401, said: 'SIGNATURE_MISMATCH' })
  })

  it('answers 404 or 405 to another method', async () => {
    expect((await fetch(url, { method: 'PUT' })).status).toBeOneOf([404, 405])
  })
})

describe('examples/express.ts', () => {
  it('does not start without a secret', async () => {
    const { code, stderr } = await startProgram('examples/express.ts', [], { PORT: String(port) }).end()
    expect(code).toBe(1)
    expect(stderr).toContain('SECRET_MISSING')
    expect(stderr).not.toContain(secrets.SONZAI_WEBHOOK_SECRET)
  })

  it('handles the delivery of examples/testing/send.ts', async () => {
    const server = await startDocumented('examples/express.ts', port, { SONZAI_WEBHOOK_SECRET: 'whsec_test' })
    const url = `http://localhost:${port}/webhooks/sonzai`
    const { code, stdout, stderr } = await startProgram('examples/testing/send.ts', [url]).end()
    const { stdout: served } = await server.end('SIGTERM')
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '200\n', stderr: '' })
    expect(served.trim().split('\n')).toEqual([expect.stringMatching(/^agent_luna: /)])
  })
})

describe('examples/express-with-parser.ts', () => {
  it('parses other routes, and ends on SIGTERM', async () => {
    const program = await startDocumented('examples/express-with-parser.ts', port)
    const headers = { 'content-type': 'application/json', connection: 'close' }
    const echo = await fetch(`http://localhost:${port}/echo`, { method: 'POST', headers, body: '{"a":1}' })
    expect(await echo.json()).toEqual({ a: 1 })
    expect((await program.end('SIGTERM')).code).toBe(0)
  })
})

describe('examples/node-continue.ts', () => {
  it('asks for a body only after it accepted the headers', async () => {
    const program = await startDocumented('examples/node-continue.ts', port)
    const url = `http://localhost:${port}/`
    const { plainHeaders, body } = senderOf('sonzai').sign({ secret: secrets.SONZAI_WEBHOOK_SECRET })
    const expecting: Record<string, string> = { ...plainHeaders, Expect: '100-continue' }
    const { 'Sonzai-Signature': _, ...unsigned } = expecting

    const stranger = await connectRaw(url)
    stranger.send(rawHead({ url, headers: unsigned }, body.length))
    const refusal = await stranger.readAny()
    expect([refusal.status, refusal.headers.get('connection')]).toEqual([401, 'close'])
    stranger.reset()

    const sender = await connectRaw(url)
    sender.send(rawHead({ url, headers: expecting }, body.length))
    expect((await sender.readAny()).status).toBe(100)
    sender.send(body)
    expect((await sender.readAny()).status).toBe(200)
    sender.reset()
    await program.end('SIGTERM')
  })
})
