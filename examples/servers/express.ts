import { createServer } from 'node:http'
import { webhook } from 'sallyport/express'
import express from 'express'
import type { Receivers } from '../receivers.ts'
import { listen, type RunningServer } from './listen.ts'

export function serve({ sonzai, invoratec, fleet }: Receivers, port: number): Promise<RunningServer> {
  const app = express()

  // `all`, not `post`: so a wrong method is answered by the receiver, and reported.
  app.all('/webhooks/sonzai', webhook(sonzai))
  app.all('/webhooks/invoratec', webhook(invoratec))
  if (fleet) app.all('/webhooks/fleet', webhook(fleet))

  // Body parsers come after: the signature covers the exact bytes, which a parser would have used up.
  app.use(express.json())

  return listen(createServer(app), port)
}
