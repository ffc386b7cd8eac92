import type { EventMap, Receiver } from '@sallyport/core'
import { captureNode, discardRest } from '@sallyport/core/node'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'

/** What plugins for raw bodies may have added to a request. */
type HostRequest = FastifyRequest & { readonly rawBody?: unknown }

/**
 * Mounts a receiver in Fastify 5, as a plugin of its own scope: body parsing is off inside it and untouched outside.
 * Register it with the path as `prefix`.
 *
 * @param receiver made by `createReceiver`
 * @example
 * app.register(webhook(receiver), { prefix: '/webhooks/sonzai' })
 */
export function webhook<Events extends EventMap>(receiver: Receiver<Events>): FastifyPluginAsync {
  const mount: FastifyPluginAsync = async (app) => {
    app.removeAllContentTypeParsers()
    // Leaves the body on the wire: the receiver reads it, within its own limits and only once the headers are acceptable.
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.all('/', async (request: HostRequest, reply) => {
      const incoming = captureNode(request.raw, reply.raw, {
        url: request.originalUrl,
        remoteAddress: request.ip,
        rawBody: request.rawBody,
        parsedBody: request.body,
      })
      const answer = await receiver.receive(incoming)
      discardRest(request.raw)
      return reply.code(answer.status).headers(answer.headers).send(answer.body)
    })
  }
  // `encapsulate` keeps the name and version checks without handing our parsers to sibling routes.
  return plugin(mount, { name: '@sallyport/fastify', fastify: '5.x', encapsulate: true })
}
