import { createConsole } from '@sallyport/console'
import { basicAuth } from './basic-auth.ts'
import { inbox } from './inbox.ts'

const authorize = basicAuth({ operate: process.env.CONSOLE_PASSWORD })
const handler = createConsole({ inbox, authorize, basePath: '/console' })

// For Bun, Deno, Hono and whatever takes a Request: app.all('/console/*', ({ req }) => handler(req.raw))
export default { fetch: (request: Request): Promise<Response> => handler(request) }
