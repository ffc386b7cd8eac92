import { http } from '@google-cloud/functions-framework'
import { createReceiver } from 'sallyport'
import { webhook } from 'sallyport/node'
import { sonzai } from 'sallyport/providers/sonzai'

const receiver = createReceiver(sonzai(), { secret: process.env.SONZAI_WEBHOOK_SECRET })

receiver.on('on_wakeup_ready', ({ data }) => console.log(data.generated_message))

http('sonzaiWebhook', webhook(receiver))
