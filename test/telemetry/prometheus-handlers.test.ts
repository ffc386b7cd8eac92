import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { AggregatorRegistry, Counter, Registry } from 'prom-client'
import { createReceiver } from 'sallyport'
import { createPrometheusEndpoint, type PrometheusEndpoint } from 'sallyport/prometheus'
import { sonzai } from 'sallyport/providers/sonzai'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { parseMetrics, samplesOf } from '../support/telemetry/parse-metrics.ts'

let ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
  vi.restoreAllMocks()
})

function open(options: Partial<Parameters<typeof createPrometheusEndpoint>[0]> = {}): PrometheusEndpoint {
  const endpoint = createPrometheusEndpoint({ receivers: [], ...options })
  ends.push(() => endpoint.stop())
  return endpoint
}

async function listen(listener: RequestListener): Promise<(request: RequestInit) => Promise<Response>> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  ends.push(
    () => server.closeAllConnections(),
    () => server.close(),
  )
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
  return (request) => fetch(url, request)
}

const mounts: Readonly<
  Record<string, (endpoint: PrometheusEndpoint) => Promise<(request: RequestInit) => Promise<Response>>>
> = {
  node: (endpoint) => listen(endpoint.metrics),
  express: (endpoint) => listen(express().all('/metrics', endpoint.metrics)),
  koa: (endpoint) => listen(new Koa().use(endpoint.metrics).callback()),
  async fastify(endpoint) {
    const app = fastify()
    app.all('/metrics', endpoint.metrics)
    await app.ready()
    ends.push(() => app.close())
    return listen((request, response) => app.routing(request, response))
  },
  async hono(endpoint) {
    const app = new Hono().all('/metrics', endpoint.metrics)
    return async (request) => app.request('http://localhost/metrics', request)
  },
  fetch: async (endpoint) => (request) => endpoint.metrics(new Request('http://localhost/metrics', request)),
}

describe.each(Object.entries(mounts))('the endpoint in %s', (_name, mount) => {
  it('answers GET with the text format, and HEAD without a body', async () => {
    const request = await mount(open())
    const response = await request({ method: 'GET' })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(parseMetrics(await response.text()).has('sallyport_deliveries_total')).toBe(true)
    const head = await request({ method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
  })

  it('answers another method with 405, and a failure with 500 without saying why', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => {})
    const registry = new Registry()
    const request = await mount(open({ registry }))
    const post = await request({ method: 'POST' })
    expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
    vi.spyOn(registry, 'metrics').mockRejectedValue(new Error('secret reason'))
    const failed = await request({ method: 'GET' })
    expect([failed.status, await failed.text()]).toEqual([500, ''])
    expect(print).toHaveBeenCalledOnce()
  })
})

describe('a registry of the program', () => {
  it('keeps its own metrics, and loses those of the endpoint with stop', async () => {
    const registry = new Registry()
    const own = new Counter({ name: 'own_total', help: 'own', registers: [registry] })
    own.inc()
    const endpoint = open({ registry })
    expect(parseMetrics(await endpoint.registry.metrics()).has('own_total')).toBe(true)
    endpoint.stop()
    expect([...parseMetrics(await registry.metrics()).keys()]).toEqual(['own_total'])
    // So another can take its place.
    open({ registry })
  })

  it('shows values of a store once, however many processes of a cluster read it', async () => {
    const day = 86_400
    const scrapes = [3, 1].map(async (days) => {
      const secret = { secret: 'whsec_c2FsbHlwb3J0LWluYm94LXRlc3Rz', notAfter: Date.now() + days * day * 1_000 }
      const stats = async () => ({ counts: { pending: 0, active: 0, done: 0, dead: 5 } })
      const endpoint = open({
        receivers: [createReceiver(sonzai(), { secret })],
        inboxes: { events: { name: '', stats } },
      })
      return endpoint.registry.getMetricsAsJSON()
    })
    // As the primary process of a cluster sums up its workers.
    const families = parseMetrics(await AggregatorRegistry.aggregate(await Promise.all(scrapes)).metrics())
    expect(samplesOf(families.get('sallyport_inbox_dead'))).toEqual([[{ inbox: 'events' }, 5]])
    const [[, remaining] = []] = samplesOf(families.get('sallyport_secret_remaining_seconds'))
    expect(remaining).toBeLessThanOrEqual(day)
  })
})
