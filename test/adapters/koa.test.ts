import { createServer } from 'node:http'
import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { webhook } from 'sallyport/koa'
import { describeAdapter, type MountReceiver } from '@sallyport/contracts'
import Koa3 from 'koa'
import Koa2 from 'koa2'
import { listen, prefix, route } from '../support/adapters/listen.ts'
import { readFirst } from '../support/adapters/read-first.ts'

const brokenConnection = /^(ECONNRESET|EPIPE|HPE_INVALID_EOF_STATE|ERR_STREAM_PREMATURE_CLOSE)$/

function mountWith(Koa: typeof Koa3): MountReceiver {
  return (receiver, { before }) => {
    const app = new Koa()
    // Koa reports broken connections as errors of the application; there must be no others.
    app.on('error', (error: NodeJS.ErrnoException) => {
      if (!brokenConnection.test(error.code ?? '')) throw error
    })
    const beside = new Router()
    beside.post('/sibling', bodyParser(), (context) => {
      context.body = context.request.body
    })
    app.use(beside.routes())
    if (before === 'json-parser') app.use(bodyParser())
    else {
      app.use(async (context, next) => {
        await readFirst(context.req, before, context.request)
        await next()
      })
    }
    // As koa-mount does: the mounted app sees only the rest of the path.
    app.use(async (context, next) => {
      context.path = context.path.slice(prefix.length)
      await next()
    })
    const router = new Router()
    router.all(route, webhook(receiver))
    app.use(router.routes())
    return listen(createServer(app.callback()))
  }
}

describeAdapter('Koa 3', mountWith(Koa3))
describeAdapter('Koa 2', mountWith(Koa2))
