import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { guardHost } from './guard-host.ts'

const mebibyte = 1024 * 1024

/** Puts the platforms behind what guards all of them. */
export function createApp(allowedHosts: readonly string[], mount: (app: Hono) => void): Hono {
  const app = new Hono()
  app.use(guardHost(allowedHosts))
  app.use(bodyLimit({ maxSize: mebibyte, onError: (context) => context.json({ error: 'the body is too large' }, 413) }))
  app.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
    context.header('X-Content-Type-Options', 'nosniff')
  })
  mount(app)
  return app
}
