import type { IncomingMessage, ServerResponse } from 'node:http'
import { captureNode } from './node/capture.ts'
import { writeReply } from './node/answer.ts'
import { checkReceiver } from '../receive/check-receiver.ts'
import type { Receiver } from '../receive/receiver.ts'

export { discardRest, toNodeAnswer, writeReply, type NodeAnswer } from './node/answer.ts'
export { captureNode, type HostFacts } from './node/capture.ts'

/**
 * Mounts a receiver on `node:http`.
 *
 * @example
 * createServer(webhook(receiver)).listen(3000)
 */
export function webhook(
  receiver: Pick<Receiver, 'receive'>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void>
export function webhook(
  receiver: Pick<Receiver, 'receive'>,
  options?: unknown,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  checkReceiver('webhook', receiver, options)
  return async (request, response) => {
    const reply = await receiver.receive(captureNode(request, response))
    try {
      writeReply(reply, request, response)
    } catch (error) {
      // A response that cannot be written must not leave its sender waiting.
      response.destroy()
      throw error
    }
  }
}
