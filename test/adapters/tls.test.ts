import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from 'sallyport'
import { withHttps } from 'sallyport/provider'
import { sonzai } from 'sallyport/providers/sonzai'
import { sonzaiDelivery } from '../../packages/contracts/src/adapter/deliveries.ts'
import {
  expectCounts,
  openEndpoint,
  type Endpoint,
  type EndpointSettings,
} from '../../packages/contracts/src/adapter/endpoint.ts'
import { expectProblem } from '../../packages/contracts/src/adapter/problem-document.ts'
import { rawHead, rawRequest } from '../../packages/contracts/src/adapter/raw-request.ts'
import { mounts } from '../support/adapters/mounts.ts'
import type { Transport } from '../support/adapters/transports.ts'

const usual = sonzai()
const overHttps: Provider = { ...usual, scheme: withHttps(usual.scheme) }

// The whole contract over TLS is among the long tests.
describe.each(Object.entries(mounts))('%s', (_name, mount) => {
  let endpoint: Endpoint | undefined
  afterEach(() => endpoint?.close())

  async function open(transport: Transport, settings: EndpointSettings = {}): Promise<Endpoint> {
    endpoint = await openEndpoint(mount(transport), settings)
    return endpoint
  }

  it('accepts a delivery over TLS where HTTPS is required', async () => {
    const { post, handled } = await open('HTTPS', { provider: overHttps })
    await post(sonzaiDelivery()).expect(200, { outcome: 'handled' })
    await post(sonzaiDelivery({ secret: 'whsec_of-somebody-else' })).expect(401)
    expect(handled).toHaveLength(1)
  })

  it('rejects one without TLS, whatever it says of itself', async () => {
    const { url, connect, handled } = await open('HTTP/1.1', { provider: overHttps })
    const headers = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Ssl': 'on', Forwarded: 'proto=https' }
    const { plainHeaders, body } = sonzaiDelivery({ headers })
    const connection = await connect()
    connection.send(rawRequest({ url, headers: plainHeaders }, body))
    expectProblem(await connection.read(), 'HTTPS_REQUIRED')
    const { pathname } = new URL(url)
    const target = `https://receiver.example${pathname}`
    connection.send(rawHead({ url, headers: plainHeaders }, body.length).replace(pathname, target), body)
    await connection.read()
    expect(handled).toHaveLength(0)
  })

  it('lets the sender of a huge body read its answer over TLS', async () => {
    const { url, connect } = await open('HTTPS')
    const connection = await connect()
    const { plainHeaders } = sonzaiDelivery()
    connection.send(rawHead({ url, headers: plainHeaders }, 5_000_000), Buffer.alloc(5_000_000))
    expectProblem(await connection.read(), 'BODY_TOO_LARGE')
  })

  it('survives a TLS connection that breaks during an upload', async () => {
    const opened = await open('HTTPS')
    const connection = await opened.connect()
    connection.send(rawHead({ url: opened.url, headers: sonzaiDelivery().plainHeaders }, 100), '{')
    await opened.post(sonzaiDelivery()).expect(200)
    connection.reset()
    await opened.reported('BODY_ABORTED')
    await opened.post(sonzaiDelivery()).expect(200)
    await expectCounts(opened)
  })
})
