import { checkReceiver } from '../receive/check-receiver.ts'
import type { Receiver } from '../receive/receiver.ts'
import { toLambdaAnswer, type LambdaAnswer } from './lambda/answer.ts'
import { LambdaDelivery } from './lambda/capture.ts'
import type { LambdaContext, LambdaHttpEvent, LambdaRequestContext, LambdaValues } from './lambda/event.ts'

export type { LambdaAnswer, LambdaContext, LambdaHttpEvent, LambdaRequestContext, LambdaValues }

/**
 * Mounts a receiver in AWS Lambda, behind a REST or HTTP API of API Gateway, a function URL or an Application Load Balancer: the
 * event's own form tells which. A function is frozen once it has answered, so background work (`waitUntil`, slow hooks) is
 * waited for before the answer. A second before the function's time is up it answers anyway, and a handler's `signal` is aborted.
 *
 * The returned function rejects with `REQUEST_UNREADABLE` for an event that is no HTTP request, as there is nobody to answer.
 *
 * @example
 * export const handler = webhook(receiver)
 */
export function webhook(
  receiver: Pick<Receiver, 'receive'>,
): (event: LambdaHttpEvent, context?: LambdaContext) => Promise<LambdaAnswer>
export function webhook(
  receiver: Pick<Receiver, 'receive'>,
  options?: unknown,
): (event: LambdaHttpEvent, context?: LambdaContext) => Promise<LambdaAnswer> {
  checkReceiver('webhook', receiver, options)
  return async (event, context) => {
    const delivery = new LambdaDelivery(event, context)
    const reply = await receiver.receive(delivery)
    await delivery.finish()
    return toLambdaAnswer(reply, delivery)
  }
}
