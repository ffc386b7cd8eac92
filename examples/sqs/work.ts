import { createReceiver } from 'sallyport'
import { openFeed } from 'sallyport/feed'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

// Nothing is verified again: only the function that verifies may write to the queue.
const feed = openFeed(receiver, 'sqs')

interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[]
}

export async function handler({ Records }: QueueEvent) {
  const outcomes = await Promise.allSettled(Records.map(({ body }) => handle(body)))
  await receiver.settled() // a function is frozen once it has answered
  const failed = Records.filter((_, index) => outcomes[index]?.status === 'rejected')
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) }
}

async function handle(message: string): Promise<void> {
  const { id, body } = JSON.parse(message) as { id: string; body: string }
  const text = new TextDecoder().decode(Buffer.from(body, 'base64'))
  const { status, code } = await feed.deliver({ id, body: JSON.parse(text) as unknown })
  if (status >= 400) throw new Error(code)
}
