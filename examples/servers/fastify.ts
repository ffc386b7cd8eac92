import type { AddressInfo } from 'node:net'
import { webhook } from 'sallyport/fastify'
import fastify from 'fastify'
import type { Receivers } from '../receivers.ts'
import type { RunningServer } from './listen.ts'

export async function serve({ sonzai, invoratec, fleet }: Receivers, port: number): Promise<RunningServer> {
  const app = fastify()

  // Each has its own scope: other routes keep Fastify's body parsing.
  app.register(webhook(sonzai), { prefix: '/webhooks/sonzai' })
  app.register(webhook(invoratec), { prefix: '/webhooks/invoratec' })
  if (fleet) app.register(webhook(fleet), { prefix: '/webhooks/fleet' })

  // Fastify listens on every address of `localhost`; in a container say `host: '::'`.
  await app.listen({ port })

  return { port: (app.server.address() as AddressInfo).port, close: () => app.close() }
}
