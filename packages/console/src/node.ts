import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TLSSocket } from 'node:tls'
import type { ConsoleHandler } from './create-console.ts'
import { checkHandler } from './mount/check-handler.ts'
import { sendAnswer } from './mount/to-answer.ts'
import { toRequest } from './mount/to-request.ts'

/**
 * Mounts a console on `node:http`, at the option `basePath`. Requests outside of it get a 404.
 *
 * @throws ConsoleError `CONSOLE_OPTION_INVALID`
 * @example
 * createServer(mount(createConsole({ inbox, authorize }))).listen(3000)
 */
export function mount(handler: ConsoleHandler): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  checkHandler(handler)
  return async (incoming, outgoing) => {
    const { socket, headers, url = '/' } = incoming
    try {
      const protocol = (socket as Partial<TLSSocket>).encrypted === true ? 'https' : 'http'
      const request = await toRequest(incoming, { url, host: headers.host ?? String(headers[':authority']), protocol })
      const answer = await handler(request, { remoteAddress: socket.remoteAddress, host: incoming })
      await sendAnswer(answer, incoming, outgoing)
    } catch {
      // The visitor is gone, or the answer cannot be written.
      outgoing.destroy()
    }
  }
}
