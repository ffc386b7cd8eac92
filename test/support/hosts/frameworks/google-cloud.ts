import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { MountReceiver } from '@sallyport/contracts'
import { webhook } from 'sallyport/node'
import { listen, prefix, route } from '../../adapters/listen.ts'
import { stalledMs } from './stalled.ts'
import { installFolder } from '../install-host.ts'

type HttpFunction = (request: IncomingMessage & { body?: unknown }, response: ServerResponse) => unknown

/** Serves a function with the server of the Functions Framework itself. It keeps the bytes of every body, whatever `before` says. */
export const mountGoogleCloud: MountReceiver = async (receiver) => {
  const load = createRequire(join(await installFolder('google-cloud'), 'package.json'))
  const { http } = load('@google-cloud/functions-framework') as { http(name: string, work: HttpFunction): void }
  const { getTestServer } = load('@google-cloud/functions-framework/testing') as {
    getTestServer(name: string): Server
  }
  const handle = webhook(receiver)
  http('hook', (request, response) => {
    if (request.url?.startsWith(prefix + route)) return handle(request, response)
    return response.setHeader('content-type', 'application/json').end(JSON.stringify(request.body))
  })
  return listen(getTestServer('hook').setTimeout(stalledMs))
}
