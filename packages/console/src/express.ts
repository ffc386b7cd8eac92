import type { Request, RequestHandler } from 'express'
import type { ConsoleHandler } from './create-console.ts'
import { checkHandler } from './mount/check-handler.ts'
import { sendAnswer } from './mount/to-answer.ts'
import { toRequest } from './mount/to-request.ts'

/**
 * Mounts a console in Express 4.21+ and 5, before or after body parsers. The path is the one it is mounted at.
 *
 * @returns a request handler that always answers; it calls `next` only with an error from other middleware
 * @throws ConsoleError `CONSOLE_OPTION_INVALID`
 * @example
 * app.use('/console', mount(createConsole({ inbox, authorize })))
 */
export function mount(handler: ConsoleHandler): RequestHandler {
  checkHandler(handler)
  return async (incoming, outgoing, next) => {
    try {
      const { originalUrl: url, protocol, body, baseUrl, ip } = incoming
      const request = await toRequest(incoming, {
        url,
        host: readHost(incoming),
        protocol,
        parsedBody: body as unknown,
      })
      const basePath = baseUrl === '' ? handler.basePath : baseUrl
      await sendAnswer(await handler(request, { basePath, remoteAddress: ip, host: incoming }), incoming, outgoing)
    } catch (error) {
      next(error)
    }
  }
}

// `request.host` lacks the port in Express 4.
function readHost(incoming: Request): string | undefined {
  const isTrusted = incoming.app.get('trust proxy fn') as ((address: string, hop: number) => boolean) | undefined
  const forwarded = incoming.get('x-forwarded-host')
  if (forwarded === undefined || isTrusted?.(incoming.socket.remoteAddress ?? '', 0) !== true)
    return incoming.get('host')
  return forwarded.split(',', 1)[0]!.trim()
}
