import type { FastifyError, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { ConsoleHandler } from './create-console.ts'
import { checkHandler } from './mount/check-handler.ts'
import { toAnswer } from './mount/to-answer.ts'
import { toRequest } from './mount/to-request.ts'

/**
 * Mounts a console in Fastify 5, as a plugin with its own scope. Register it with the path as `prefix`.
 *
 * @throws ConsoleError `CONSOLE_OPTION_INVALID`
 * @example
 * app.register(mount(createConsole({ inbox, authorize })), { prefix: '/console' })
 */
export function mount(handler: ConsoleHandler): FastifyPluginAsync {
  checkHandler(handler)
  return async (app) => {
    const { prefix } = app
    const answer = async (incoming: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const { originalUrl: url, host, protocol, body: parsedBody, ip } = incoming
      const basePath = prefix === '' ? handler.basePath : toBase(prefix, url)
      const request = await toRequest(incoming.raw, { url, host, protocol, parsedBody })
      const response = await handler(request, { basePath, remoteAddress: ip, host: incoming })
      const { status, headers, body } = await toAnswer(response, incoming.raw)
      return reply.code(status).headers(headers).send(body)
    }
    app.removeAllContentTypeParsers()
    // Does not read the body: the console does, within its own limit.
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))
    app.all('/', answer)
    app.all('/*', answer)
    // Fastify refuses a content type it cannot read before the handler runs; the console refuses it, too.
    app.setErrorHandler<FastifyError>((error, request, reply) => {
      if (error.code !== 'FST_ERR_CTP_INVALID_MEDIA_TYPE') throw error
      return answer(request, reply)
    })
  }
}

/** What a request has at the place of a prefix with parameters, as `/:tenant/console`. */
function toBase(prefix: string, url: string): string {
  if (!prefix.includes(':')) return prefix
  const depth = prefix.split('/').filter((part) => part !== '').length
  return url
    .split('?', 1)[0]!
    .split('/')
    .slice(0, depth + 1)
    .join('/')
}
