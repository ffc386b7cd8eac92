import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createConsole } from '@sallyport/console'
import { mount } from '@sallyport/console/express'
import express from 'express'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/express'
import { createInbox, createSqliteEngine } from 'sallyport/inbox'
import { github } from 'sallyport/providers/github'
import { invoratec } from 'sallyport/providers/invoratec'
import { sonzai } from 'sallyport/providers/sonzai'
import { stripe } from 'sallyport/providers/stripe'
import { recordDeliveries } from 'sallyport/record'
import { listen, type RunningServer } from '../servers/listen.ts'
import { basicAuth } from './basic-auth.ts'
import { secrets, sendEvents } from './senders.ts'

/** A server with a console, and the passwords of the console. */
export interface ConsoleServer extends RunningServer {
  readonly operate: string
  readonly view: string
}

/** Receives events of four senders, which it sends itself, and shows them in a console at `/console`. */
export async function serveConsole(port: number): Promise<ConsoleServer> {
  const folder = await mkdtemp(join(tmpdir(), 'sallyport-console-'))
  const inbox = createInbox({
    engine: createSqliteEngine({ path: join(folder, 'events.db') }),
    retry: { attempts: 3, delayMs: 2_000 },
  })
  const record = recordDeliveries()
  const log = false
  const receivers = {
    sonzai: createReceiver(sonzai(), { secret: secrets.sonzai, inbox, log }).onAny(() => {}),
    github: createReceiver(github(), { secret: secrets.github, inbox, log }).onAny(() => {}),
    invoratec: createReceiver(invoratec(), { secret: secrets.invoratec, inbox, log }).onAny(() => {
      if (Math.random() < 0.3) throw new Error('connect ECONNREFUSED 10.0.0.7:5432')
    }),
    stripe: createReceiver(stripe(), { secret: secrets.stripe, inbox, log }).onAny(({ id }) => {
      if (Math.random() < 0.5) throw new TypeError(`no customer ${id} in crm`)
    }),
  }
  // The console shows what failed.
  for (const receiver of Object.values(receivers)) receiver.onError(() => {})
  await inbox.ready()

  const [operate, view] = [randomBytes(9).toString('base64url'), randomBytes(9).toString('base64url')]
  const authorize = basicAuth({ operate, view })
  const handler = createConsole({ receivers: Object.values(receivers), record, authorize, title: 'Example' })
  const app = express()
    .post('/webhooks/sonzai', webhook(receivers.sonzai))
    .post('/webhooks/github', webhook(receivers.github))
    .post('/webhooks/invoratec', webhook(receivers.invoratec))
    .post('/webhooks/stripe', webhook(receivers.stripe))
    .use('/console', mount(handler))
  const server = await listen(createServer(app), port)

  const stop = new AbortController()
  const sending = sendEvents(`http://127.0.0.1:${server.port}`, stop).catch(() => {})
  return {
    port: server.port,
    operate,
    view,
    async close() {
      stop.abort()
      await sending
      await server.close()
      await inbox.stop({ drainMs: 5_000 })
      await rm(folder, { recursive: true })
    },
  }
}
