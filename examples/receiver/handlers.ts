import { createReceiver, createReply, RejectError } from 'sallyport'
import { sonzai } from 'sallyport/providers/sonzai'

/** What the handlers call in your application. */
export interface Services {
  push(message: unknown, signal: AbortSignal): Promise<void>
  audit(eventId: string, keyId: string): Promise<void>
}

export function createHandlers({ push, audit }: Services) {
  const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

  // #region handlers
  receiver
    .on('on_wakeup_ready', async ({ id, data, keyId }, { signal, waitUntil }) => {
      if (!data.agent_id) throw new RejectError('agent_id is missing') // 422 with this reason: no retry
      await push(data.generated_message, signal) // an error here is a 500: the sender retries
      waitUntil(audit(id, keyId)) // runs on after the answer
    })
    .onAny(({ type }) => console.log(type)) // every declared type, after its own handlers
    .onUnknown(({ type }) => console.log(`new event type: ${type}`))
  // #endregion handlers

  // #region reply
  receiver.on('session.end', () => createReply({ status: 201, body: { stored: true } }))
  // #endregion reply

  return receiver
}
