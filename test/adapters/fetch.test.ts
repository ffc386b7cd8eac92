import { webhook } from 'sallyport/fetch'
import { describeAdapter, type MountReceiver } from '@sallyport/contracts'
import { Hono } from 'hono'
import { bridge, type FetchHandler } from '../support/adapters/fetch-bridge.ts'
import { fetchDeviations, honoDeviations } from '../support/adapters/fetch-deviations.ts'
import { listen, prefix, route } from '../support/adapters/listen.ts'
import { mountHono } from '../support/adapters/mounts.ts'

const plain: MountReceiver = (receiver, { before }) => {
  const handle = webhook(receiver)
  const serve: FetchHandler = async (request, remoteAddress) => {
    if (new URL(request.url).pathname !== prefix + route) return Response.json(await request.json())
    if (before !== 'nothing') await request.arrayBuffer()
    return handle(request, remoteAddress === undefined ? {} : { remoteAddress })
  }
  return listen(bridge(serve))
}

const hono: MountReceiver = (receiver, { before }) => {
  const handle = webhook(receiver)
  const app = new Hono<{ Bindings: { remoteAddress: string } }>()
  app.post('/sibling', async (context) => context.json(await context.req.json<object>()))
  if (before !== 'nothing') {
    app.use(async (context, next) => {
      await context.req.arrayBuffer()
      await next()
    })
  }
  app.basePath(prefix).all(route, (context) => handle(context.req.raw, { remoteAddress: context.env.remoteAddress }))
  return listen(bridge(async (request, remoteAddress) => app.fetch(request, { remoteAddress })))
}

describeAdapter('fetch', plain, { deviations: fetchDeviations })
describeAdapter('Hono', hono, { deviations: fetchDeviations })
describeAdapter('@hono/node-server', mountHono(), { deviations: honoDeviations })
