import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { connectRaw } from '../../packages/contracts/src/adapter/raw-connection.ts'
import { rawRequest } from '../../packages/contracts/src/adapter/raw-request.ts'
import { bundleFor } from '../support/hosts/bundle.ts'
import { serve, type ServedProgram } from '../support/hosts/serve.ts'

const program = `
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/fetch'
import { defineProvider, jwt } from 'sallyport/provider'

const keys = {
  from: 'jwks',
  url: 'https://keys.example/jwks',
  timeoutMs: 5000,
  fetch: (_url, init) => fetch(process.env.KEYS, init),
}
const make = () => defineProvider({
  name: 'acme',
  scheme: jwt({
    header: 'authorization',
    prefix: 'Bearer ',
    algorithms: ['ES256'],
    keys,
    binds: { to: 'nothing', reason: 'it is a test' },
  }),
  identify: ({ body }) => ({ type: body.type, data: body }),
  events: { paid: { '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value }) } } },
})
const open = () => webhook(createReceiver(make()).on('paid', () => {}))
const mounts = [open(), open()]

export default {
  fetch: (request, _env, context) => mounts[new URL(request.url).pathname.slice(1)]?.(request, context) ?? new Response(),
}`

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const set = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256', use: 'sig' }] }

function makeToken(): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  const signed = `${encode({ alg: 'ES256', kid: 'one' })}.${encode({ iat: now, exp: now + 60 })}`
  const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' })
  return `${signed}.${signature.toString('base64url')}`
}

describe('keys fetched on workerd', () => {
  const asked: ServerResponse[] = []
  const answers = createServer((_request, response) => void asked.push(response))
  let worker: ServedProgram
  let count = 0

  beforeAll(async () => {
    answers.listen(0, '127.0.0.1')
    await once(answers, 'listening')
    const code = await bundleFor('workerd', { code: program, isSource: true })
    worker = await serve('workerd', {
      code,
      env: { KEYS: `http://127.0.0.1:${(answers.address() as AddressInfo).port}` },
    })
  })
  afterAll(async () => {
    await worker.stop()
    answers.close()
    answers.closeAllConnections()
  })

  function makeDelivery(): { readonly headers: Record<string, string>; readonly body: string } {
    const headers = { authorization: `Bearer ${makeToken()}`, 'content-type': 'application/json' }
    return { headers, body: JSON.stringify({ type: 'paid', number: ++count }) }
  }

  async function post(mount: number): Promise<number> {
    const response = await fetch(`${worker.url}/${mount}`, { method: 'POST', ...makeDelivery() })
    return response.status
  }

  it('verifies deliveries that wait for one look-up', async () => {
    const waiting = [post(0), post(0), post(0)]
    await vi.waitFor(() => expect(asked).toHaveLength(1), 20_000)
    asked[0]!.end(JSON.stringify(set))
    expect(await Promise.all(waiting)).toEqual([200, 200, 200])
    expect(await post(0)).toBe(200)
    expect(asked).toHaveLength(1)
  })

  it('asks again where the request that asked was ended', async () => {
    asked.splice(0)
    const connection = await connectRaw(worker.url)
    const { headers, body } = makeDelivery()
    connection.send(rawRequest({ url: `${worker.url}/1`, headers }, Buffer.from(body)))
    await vi.waitFor(() => expect(asked).toHaveLength(1), 20_000)
    connection.reset()
    await connection.closed
    // It waits for the look-up of the first, which never ends.
    expect(await post(1)).toBe(503)
    const last = post(1)
    await vi.waitFor(() => expect(asked).toHaveLength(2), 20_000)
    asked[1]!.end(JSON.stringify(set))
    expect(await last).toBe(200)
  })
})
