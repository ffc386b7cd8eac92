import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { createReceiver, createReply, type EventHandler, type UnknownEvent } from 'sallyport'
import { webhook } from 'sallyport/lambda'
import { sonzai } from 'sallyport/providers/sonzai'

const queue = new SQSClient()

// A message of SQS has at most 1 MiB, and base64 is a third longer than the body.
const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET, maxBodyBytes: 750_000 })

const enqueue: EventHandler<Pick<UnknownEvent, 'id'>> = async ({ id }, { delivery }) => {
  const message = JSON.stringify({ id, body: Buffer.from(delivery.body).toString('base64') })
  // If this fails the answer is 500, and the sender retries.
  await queue.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: message }))
  return createReply({ status: 202, body: { outcome: 'accepted' } })
}

receiver.onAny(enqueue).onUnknown(enqueue)

export const handler = webhook(receiver)
