import { createConsole } from '@sallyport/console'
import { mount } from '@sallyport/console/fastify'
import fastify from 'fastify'
import { basicAuth } from './basic-auth.ts'
import { inbox } from './inbox.ts'

const authorize = basicAuth({ operate: process.env.CONSOLE_PASSWORD })

const app = fastify()
app.register(mount(createConsole({ inbox, authorize })), { prefix: '/console' })

await app.listen({ port: Number(process.env.PORT ?? 3000) })
