import { createServer, type RequestListener } from 'node:http'
import { json } from 'node:stream/consumers'
import { webhook } from 'sallyport/node'
import { describeAdapter, type MountReceiver } from '@sallyport/contracts'
import { listen, prefix, route } from '../support/adapters/listen.ts'
import { readFirst } from '../support/adapters/read-first.ts'

const mount: MountReceiver = (receiver, { before }) => {
  const handle = webhook(receiver)
  const serve: RequestListener = async (request, response) => {
    if (!request.url?.startsWith(prefix + route)) {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(await json(request)))
      return
    }
    await readFirst(request, before)
    await handle(request, response)
  }
  // Throws where Node otherwise silently drops content that a request or a status does not allow.
  return listen(createServer({ rejectNonStandardBodyWrites: true }, serve))
}

describeAdapter('node:http', mount)
