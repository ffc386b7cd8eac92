import { createServer } from 'node:http'
import { Router } from '@koa/router'
import { webhook } from 'sallyport/koa'
import Koa from 'koa'
import type { Receivers } from '../receivers.ts'
import { listen, type RunningServer } from './listen.ts'

export function serve({ sonzai, invoratec, fleet }: Receivers, port: number): Promise<RunningServer> {
  const router = new Router()

  // `all`, not `post`: so a wrong method is answered by the receiver, and reported.
  router.all('/webhooks/sonzai', webhook(sonzai))
  router.all('/webhooks/invoratec', webhook(invoratec))
  if (fleet) router.all('/webhooks/fleet', webhook(fleet))

  // A body parser for other routes would come after this one.
  const app = new Koa().use(router.routes())

  return listen(createServer(app.callback()), port)
}
