import { once } from 'node:events'
import { Agent, createServer, request, type IncomingMessage, type RequestListener } from 'node:http'
import { createServer as createPlainServer, type AddressInfo, type Server } from 'node:net'
import express from 'express'
import Koa from 'koa'
import { createReceiver, type Receiver } from 'sallyport'
import { webhook as onExpress } from 'sallyport/express'
import { webhook as onKoa } from 'sallyport/koa'
import { webhook } from 'sallyport/node'
import { describe, expect, it } from 'vitest'
import { provider, secret, signTask } from '../support/crash/provider.ts'

const mounts: Readonly<Record<string, (receiver: Receiver) => RequestListener>> = {
  'node:http': (receiver) => webhook(receiver),
  Express: (receiver) => express().post('/webhook', onExpress(receiver)),
  Koa: (receiver) => new Koa().use(onKoa(receiver)).callback(),
}

function send(server: Server, agent: Agent, id: string): Promise<IncomingMessage> {
  const { plainHeaders: headers, body } = signTask(id)
  const { port } = server.address() as AddressInfo
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/webhook', method: 'POST', headers, agent }, (response) =>
      resolve(response.resume()),
    )
      .on('error', reject)
      .end(body)
  })
}

describe.each(Object.keys(mounts))('a closing server of %s', (name) => {
  it('ends the connection of a sender that keeps it busy', async () => {
    const begun = Promise.withResolvers<void>()
    const closing = Promise.withResolvers<void>()
    let mustWait = false
    const receiver = createReceiver(provider, { secret }).onAny(async () => {
      if (!mustWait) return
      begun.resolve()
      await closing.promise
    })
    const server = createServer(mounts[name]!(receiver)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    // A keep-alive agent: one connection, kept for the next delivery.
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    expect((await send(server, agent, 'first')).headers.connection).toBe('keep-alive')
    mustWait = true
    const answer = send(server, agent, 'second')
    await begun.promise
    const closed = once(server, 'close')
    server.close()
    closing.resolve()
    expect((await answer).headers.connection).toBe('close')
    await closed
  })

  it('ends it too where nothing was answered before', async () => {
    const begun = Promise.withResolvers<void>()
    const closing = Promise.withResolvers<void>()
    const receiver = createReceiver(provider, { secret }).onAny(() => {
      begun.resolve()
      return closing.promise
    })
    const server = createServer(mounts[name]!(receiver)).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const answer = send(server, agent, 'first')
    await begun.promise
    const closed = once(server, 'close')
    server.close()
    closing.resolve()
    expect((await answer).headers.connection).toBe('close')
    await closed
  })
})

describe.each(Object.keys(mounts))('a server of %s that is handed connections', (name) => {
  it('keeps the connection of a sender', async () => {
    const receiver = createReceiver(provider, { secret }).onAny(() => {})
    // It never listens, as behind a listener that sorts connections by protocol.
    const inner = createServer(mounts[name]!(receiver))
    const outer = createPlainServer((socket) => inner.emit('connection', socket)).listen(0, '127.0.0.1')
    await once(outer, 'listening')
    let connections = 0
    outer.on('connection', () => connections++)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    for (const id of ['first', 'second', 'third']) {
      const answer = await send(outer, agent, id)
      expect([answer.statusCode, answer.headers.connection]).toEqual([200, 'keep-alive'])
    }
    expect(connections).toBe(1)
    agent.destroy()
    await new Promise((resolve) => outer.close(resolve))
  })
})
