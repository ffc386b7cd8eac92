import type { EventHandler, HandlerContext, WebhookEvent } from '../verify/event.ts'
import { acknowledge, isReply, type Reply } from './reply.ts'

/**
 * Runs handlers one after the other; the first that fails ends the row, and the sender's retry runs it from the start.
 * The first reply a handler makes is the answer.
 */
export async function dispatch(
  handlers: readonly EventHandler<WebhookEvent>[],
  event: WebhookEvent,
  context: HandlerContext,
): Promise<Reply> {
  let reply: Reply | undefined
  for (let index = 0; index < handlers.length; index++) {
    const returned = await handlers[index]!(event, context)
    if (reply === undefined && isReply(returned)) reply = returned
  }
  return reply ?? acknowledge('handled')
}
