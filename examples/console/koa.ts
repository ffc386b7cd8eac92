import { createConsole } from '@sallyport/console'
import { mount } from '@sallyport/console/koa'
import Koa from 'koa'
import { basicAuth } from './basic-auth.ts'
import { inbox } from './inbox.ts'

const authorize = basicAuth({ operate: process.env.CONSOLE_PASSWORD })

new Koa()
  .use(mount(createConsole({ inbox, authorize, basePath: '/console' }))) // other paths go on to the next
  .listen(process.env.PORT ?? 3000)
