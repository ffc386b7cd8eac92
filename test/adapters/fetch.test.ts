import { webhook } from 'sallyport/fetch'
import { describeAdapter, type Deviation, type MountReceiver } from '@sallyport/contracts'
import { Hono } from 'hono'
import { bridge, type FetchHandler } from '../support/adapters/fetch-bridge.ts'
import { listen, prefix, route } from '../support/adapters/listen.ts'

const plain: MountReceiver = (receiver, { before }) => {
  const handle = webhook(receiver)
  const serve: FetchHandler = async (request, remoteAddress) => {
    if (new URL(request.url).pathname !== prefix + route) return Response.json(await request.json())
    if (before !== 'nothing') await request.json()
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
      await context.req.json()
      await next()
    })
  }
  app.basePath(prefix).all(route, (context) => handle(context.req.raw, { remoteAddress: context.env.remoteAddress }))
  return listen(bridge(async (request, remoteAddress) => app.fetch(request, { remoteAddress })))
}

const deviations: readonly Deviation[] = [
  ...['verifies the raw bytes that a host has kept', 'holds raw bytes that a host has kept to the limit'].map(
    (test) => ({
      test,
      reason: 'there is no place beside a Request where a host could keep them',
    }),
  ),
  ...[
    ', and the next delivery on the connection',
    ' before the body comes, and passes over the body that comes after all',
  ].map((test) => ({
    test: `answers HEADER_DUPLICATED${test}`,
    reason: 'Headers join what was sent twice, which is refused as malformed',
  })),
  {
    test: 'closes the connection after a body that stalled',
    reason: 'the connection belongs to the host; in HTTP/2 and 3 there is nothing to say about it',
  },
]

describeAdapter('fetch', plain, { deviations })
describeAdapter('Hono', hono, { deviations })
