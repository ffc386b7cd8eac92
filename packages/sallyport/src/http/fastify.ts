import { types } from 'node:util'
import type { IncomingDelivery } from '../verify/delivery.ts'
import { toHeaderList } from '../verify/header-list.ts'
import { checkReceiver } from '../receive/check-receiver.ts'
import type { Receiver } from '../receive/receiver.ts'
import { captureNode, fromHost } from './node/capture.ts'
import { toNodeAnswer } from './node/answer.ts'
import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import plugin from 'fastify-plugin'

/** What plugins for raw bodies may have added to a request. */
type HostRequest = FastifyRequest & { readonly rawBody?: unknown }

/**
 * Mounts a receiver in Fastify 5, as a plugin with its own scope: it turns off body parsing inside, and leaves it alone
 * outside. Register it with the path as `prefix`.
 *
 * @param receiver made by `createReceiver`, or by `anyOf` for several senders
 * @example
 * app.register(webhook(receiver), { prefix: '/webhooks/sonzai' })
 */
export function webhook(receiver: Pick<Receiver, 'receive'>): FastifyPluginAsync
export function webhook(receiver: Pick<Receiver, 'receive'>, options?: unknown): FastifyPluginAsync {
  checkReceiver('webhook', receiver, options)
  const mount: FastifyPluginAsync = async (app) => {
    app.removeAllContentTypeParsers()
    // Does not read the body: the receiver does, within its own limits and only after it accepted the headers.
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.all('/', (request, reply) => answer(capture(request, reply), request, reply))
    // Fastify refuses a content type it cannot read before hooks and handler run. The receiver gets such a delivery without
    // it, so it is refused, counted and reported like any other without a content type.
    app.setErrorHandler<FastifyError>((error, request, reply) => {
      if (error.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') throw error
      const incoming = capture(request, reply)
      const headers = [...toHeaderList(incoming.headers)].filter(([name]) => name.toLowerCase() !== 'content-type')
      return answer({ ...incoming, headers }, request, reply)
    })
  }

  async function send(incoming: IncomingDelivery, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      const { status, headers, body } = toNodeAnswer(await receiver.receive(incoming), request.raw, reply.raw)
      reply.code(status).headers(headers).send(body)
    } catch (error) {
      // Sent as it is, anything that is no error would be a good answer.
      reply.send(types.isNativeError(error) ? error : new Error('the receiver failed', { cause: error }))
    }
  }

  // Returns no promise: if Fastify gets one, it watches the response stream of each request until the end.
  function answer(incoming: IncomingDelivery, request: FastifyRequest, reply: FastifyReply): void {
    void send(incoming, request, reply)
  }

  // `encapsulate` keeps the name and version checks, and keeps these parsers away from sibling routes.
  return plugin(mount, { name: 'sallyport', fastify: '5.x', encapsulate: true })
}

function capture(request: HostRequest, reply: FastifyReply): IncomingDelivery {
  return captureNode(request.raw, reply.raw, {
    url: request.originalUrl,
    // Fastify reads it from the socket, which a bridge may not have.
    remoteAddress: fromHost(() => request.ip),
    rawBody: request.rawBody,
    parsedBody: request.body,
  })
}
