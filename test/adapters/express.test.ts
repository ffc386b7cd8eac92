import { createServer } from 'node:http'
import { webhook } from '@sallyport/express'
import { describeAdapter, type MountReceiver } from '@sallyport/testing/contracts'
import express5 from 'express'
import express4 from 'express4'
import { listen, prefix, route } from './listen.ts'
import { readFirst } from './read-first.ts'

function mountWith(express: typeof express5): MountReceiver {
  return (receiver, { before }) => {
    const app = express()
    app.post('/sibling', express.json(), (request, response) => void response.json(request.body))
    if (before === 'json-parser') app.use(express.json())
    else {
      app.use(async (request, _response, next) => {
        await readFirst(request, before)
        next()
      })
    }
    const router = express.Router()
    router.all(route, webhook(receiver))
    app.use(prefix, router)
    return listen(createServer(app))
  }
}

describeAdapter('Express 5', mountWith(express5))
describeAdapter('Express 4', mountWith(express4))
