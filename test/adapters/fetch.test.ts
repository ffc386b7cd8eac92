import { webhook } from 'sallyport/fetch'
import { describeAdapter, type Deviation, type MountReceiver } from '@sallyport/contracts'
import { Hono } from 'hono'
import { bridge, type FetchHandler } from '../support/adapters/fetch-bridge.ts'
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

const deviations: readonly Deviation[] = [
  ...[
    'verifies raw bytes kept by the host',
    'applies the limit to raw bytes kept by the host',
    'verifies content that the host decompressed',
    'names the host where it decompressed signed bytes',
  ].map((test) => ({
    test,
    reason: 'a host has no place to keep them on a Request',
  })),
  ...[', then the next delivery', ' before the body arrives'].map((test) => ({
    test: `answers HEADER_DUPLICATED${test}`,
    reason: 'Headers joins repeated values, and the result is malformed',
  })),
  {
    test: 'closes the connection after a stalled body',
    reason: 'the host owns the connection; HTTP/2 and 3 have no header for it',
  },
]
const honoDeviations = [
  'lets the sender of a huge body read its answer',
  'reads the rest of a rejected body before it closes',
].map((test) => ({
  test,
  reason: 'after its answer, the bridge closes a connection whose body was not read to the end',
}))

describeAdapter('fetch', plain, { deviations })
describeAdapter('Hono', hono, { deviations })
describeAdapter('@hono/node-server', mountHono(), { deviations: [...deviations, ...honoDeviations] })
