import { SandboxError } from '../error.ts'
import { toAttempt, type AttemptTools } from './attempt-delivery.ts'
import type { DeliveryAttempt } from './delivery.ts'
import { sendRequest, type OutgoingRequest } from './send-request.ts'

/** The request of an attempt, as it was sent. */
export type KeptRequest = Pick<OutgoingRequest, 'url' | 'headers' | 'body'>

/** Reads the request of an attempt. @throws SandboxError `NOT_FOUND` where its bytes are no longer kept */
export function readKeptRequest({ url, requestHeaders: headers, requestBody }: DeliveryAttempt): KeptRequest {
  if (headers !== undefined && requestBody !== undefined)
    return { url, headers, body: Buffer.from(requestBody, 'base64') }
  throw new SandboxError('NOT_FOUND', 'the sandbox no longer keeps the bytes of this attempt; trigger the event again')
}

/** What `resendAttempt` needs. */
export type ResendTools = Pick<AttemptTools, 'clock' | 'route' | 'timeoutMs' | 'signal' | 'inSlot'>

/**
 * Sends the request of an attempt again: the same bytes with the same signature, without faults.
 *
 * @param number of the new attempt
 */
export async function resendAttempt(
  attempt: DeliveryAttempt,
  request: KeptRequest,
  number: number,
  { clock, route, timeoutMs, signal, inSlot }: ResendTools,
): Promise<DeliveryAttempt> {
  const createdAt = new Date(clock.now()).toISOString()
  const outgoing = { ...request, timeoutMs: route.rules?.timeoutMs ?? timeoutMs, signal }
  const sent = await inSlot(() => sendRequest(outgoing))
  const job = { ...attempt, id: attempt.deliveryId }
  return { ...toAttempt(job, { route, number, createdAt, request, sent, faults: [] }), resent: true }
}
