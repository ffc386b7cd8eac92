import { createServer } from 'node:http'
import { createConsole } from '@sallyport/console'
import { mount } from '@sallyport/console/node'
import { basicAuth } from './basic-auth.ts'
import { inbox } from './inbox.ts'

const authorize = basicAuth({ operate: process.env.CONSOLE_PASSWORD })

createServer(mount(createConsole({ inbox, authorize }))).listen(process.env.PORT ?? 3000)
