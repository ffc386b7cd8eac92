import { createReceiver } from 'sallyport'
import { googlePubsub } from 'sallyport/providers/google-pubsub'

const provider = googlePubsub({
  audience: 'https://hooks.example.com/pubsub',
  serviceAccount: 'push@acme.iam.gserviceaccount.com',
})

// Google's keys are fetched, so there is no secret.
export const receiver = createReceiver(provider, {})

receiver.on('message', ({ data: { message } }) => {
  console.log(message.messageId, Buffer.from(message.data ?? '', 'base64').toString())
})
