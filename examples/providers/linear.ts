import { createReceiver } from 'sallyport'
import { linear } from 'sallyport/providers/linear'

export const receiver = createReceiver(linear(), { secret: process.env.LINEAR_WEBHOOK_SECRET })

receiver.on('Issue', ({ data }) => console.log(`${data.action}: ${data.data?.id}`))
